"""From the source tree to one CloudFormation template and one bundle, and from there into an account."""
