"""``make package``: from a clean clone, without credentials, to one template and one bundle."""

import fcntl
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.local.packaging import bundle, gates, interpreter, layout, source, template
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.template import Face, Split


@dataclass(frozen=True, slots=True)
class Package:
    """One deployable result."""

    split: Split
    template: Path
    archive: Path
    functions: int
    resources: int
    zipped_bytes: int
    unzipped_bytes: int


def build(splits: tuple[Split, ...], into: Path = layout.PACKAGE) -> list[Package]:
    """Package the project once and lay it out in each of these ways; every gate has passed when this returns.

    Two builds at once wait for each other: they share the folders that lead to the result.
    """
    layout.BUILD.mkdir(exist_ok=True)
    with (layout.BUILD / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return _build(splits, into)


def _build(splits: tuple[Split, ...], into: Path) -> list[Package]:
    python = interpreter.environment(layout.PYTHON, layout.ROOT / "requirements.txt")
    source.stage(layout.ROOT, layout.SOURCE)
    source.package(python)
    bundle.unpack(layout.CHALICE / "deployment.zip", layout.BUNDLE)
    bundle.compile_all(python, layout.BUNDLE)
    faces = read_faces(python)
    gates.check_imports(python, layout.BUNDLE, [face.name for face in faces])
    archive = layout.BUILD / "bundle.zip"
    bundle.pack(layout.BUNDLE, archive)
    gates.check_sizes(archive, layout.BUNDLE)
    raw = source.template(python)
    return [_lay_out(python, template.split(raw, faces, by), by, archive, into / by) for by in splits]


def read_faces(python: Path) -> list[Face]:
    """The faces with the routes that ``app.py`` really serves under each; together they are all routes, none twice."""
    config = json.loads((layout.SOURCE / ".chalice" / "config.json").read_text())
    settings = config["stages"][source.STAGE]["lambda_functions"]
    everything = _pairs(source.routes(python))
    seen: set[tuple[str, str]] = set()
    faces = []
    for name in source.faces(python):
        face = _face(name, settings.get(name), _pairs(source.routes(python, face=name)))
        if twice := seen & face.routes:
            raise PackagingFailed(f"Two faces serve {sorted(twice)}.")
        seen |= face.routes
        faces.append(face)
    if seen != everything:
        raise PackagingFailed(f"No face serves {sorted(everything - seen)}; unknown: {sorted(seen - everything)}.")
    return [face for face in faces if face.routes]


def _face(name: str, settings: dict[str, Any] | None, routes: frozenset[tuple[str, str]]) -> Face:
    if settings is None:
        raise PackagingFailed(f"The face {name} has no memory, time-out and policy in .chalice/config.json.")
    policy = json.loads((layout.SOURCE / ".chalice" / settings["iam_policy_file"]).read_text())
    return Face(
        name=name,
        routes=routes,
        memory_mb=settings["lambda_memory_size"],
        timeout_seconds=settings["lambda_timeout"],
        policy=policy,
    )


def _pairs(routes: dict[str, list[str]]) -> frozenset[tuple[str, str]]:
    return frozenset((method, path) for path, methods in routes.items() for method in methods)


def _lay_out(python: Path, made: dict[str, Any], by: Split, archive: Path, folder: Path) -> Package:
    gates.check_template(made)
    gates.check_handlers(python, layout.BUNDLE, made)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(archive, folder / "bundle.zip")
    text = json.dumps(made, indent=1, sort_keys=True)
    if len(text) >= gates.TEMPLATE_BYTES_MAX:
        raise PackagingFailed(f"The template has {len(text):,} bytes; CloudFormation takes a million.")
    (folder / "template.json").write_text(text + "\n")
    return Package(
        split=by,
        template=folder / "template.json",
        archive=folder / "bundle.zip",
        functions=len(gates.functions(made)),
        resources=gates.resources_after_transform(made),
        zipped_bytes=archive.stat().st_size,
        unzipped_bytes=bundle.unpacked_bytes(layout.BUNDLE),
    )
