"""The one error of packaging: something a person has to mend, said in a sentence."""


class PackagingFailed(Exception):
    """The package cannot be made, is not fit to be deployed, or was not taken."""
