"""``python -m chalicelib.local.packaging``: package, deploy, deploy-local, coldstart."""

import argparse
import sys

from chalicelib.local.packaging import cloud, coldstart, deploy_local, layout
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.package import Package, build
from chalicelib.local.packaging.template import SPLITS, Split


def main(arguments: list[str]) -> int:
    """Run one command; 0 when it did all it should, 1 with a sentence when it did not."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except PackagingFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    if options.command == "package":
        for made in build(SPLITS if options.split == "both" else (options.split,)):
            _describe(made)
        return 0
    if options.command == "deploy":
        parameters = dict(pair.split("=", 1) for pair in options.parameter)
        folder = layout.PACKAGE / options.split
        outputs = cloud.deploy(
            folder,
            stack=options.stack,
            bucket=options.bucket,
            parameters=parameters,
            place=cloud.Place(region=options.region),
        )
        for name, value in sorted(outputs.items()):
            print(f"{name:24} {value}")
        return 0
    if options.command == "deploy-local":
        return deploy_local.deploy_and_smoke(options.split, fresh=not options.reuse)
    return coldstart.report(options.runs)


def _describe(made: Package) -> None:
    print(
        f"{made.template.relative_to(layout.ROOT)}: {made.functions} functions, {made.resources} resources; "
        f"bundle {made.zipped_bytes / 1e6:.1f} MB zipped, {made.unzipped_bytes / 1e6:.1f} MB unzipped",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local.packaging", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    package = commands.add_parser("package", help="one template and one bundle in build/package/<split>/")
    package.add_argument("--split", choices=[*SPLITS, "both"], default="face", help="what gets a Lambda of its own")
    deploy = commands.add_parser("deploy", help="deploy what was packaged into the account of your credentials")
    deploy.add_argument("--stack", default="laurel")
    deploy.add_argument("--bucket", required=True, help="for the bundle and the template; made when it is not there")
    deploy.add_argument("--region", default=None, help="default: that of your AWS settings")
    deploy.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    _with_split(deploy)
    local = commands.add_parser("deploy-local", help="package, deploy into the emulated AWS and smoke it")
    local.add_argument("--reuse", action="store_true", help="deploy what is packaged already")
    _with_split(local)
    cold = commands.add_parser("coldstart", help="cold start of the packaged bundle beside that of a bare one")
    cold.add_argument("--runs", type=int, default=7)
    return parser


def _with_split(parser: argparse.ArgumentParser) -> None:
    choices: tuple[Split, ...] = SPLITS
    parser.add_argument("--split", choices=choices, default="face")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
