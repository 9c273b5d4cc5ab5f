"""The rules of the house as functions over source text, so that each can be shown to fail.

Each rule takes a ``Module`` (or several) and yields one sentence for every place that breaks it.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MODULE_LINES_MAX = 400
TEST_LINES_MAX = 500
FUNCTION_LINES_MAX = 40
APP_LINES_MAX = 150
PATH_RESOURCES_MAX = 280

RESERVED = ("service", "table")
"""The file names in a business package that may load and store; every other module is pure."""
EDGES = frozenset({"api", "local", "dynamo", "gateways"})
IMPURE_STDLIB = frozenset({"os", "subprocess", "socket", "threading", "time", "shutil", "tempfile", "urllib", "http"})
PURE_LIBRARIES = frozenset({"pydantic", "pydantic_core", "annotated_types", "typing_extensions"})
PURE_LEAVES = frozenset({"errors", "ids", "events", "definitions", "looks"})
LIBRARY_ROOMS = {
    "chalice": ("app", "chalicelib.api", "chalicelib.local"),
    "pynamodb": ("chalicelib.dynamo", "chalicelib.local", "*.table"),
    "boto3": ("chalicelib.dynamo", "chalicelib.gateways", "chalicelib.local"),
    "botocore": ("chalicelib.clients", "chalicelib.dynamo", "chalicelib.gateways", "chalicelib.local"),
}
ENVIRONMENT_ROOMS = ("chalicelib.settings", "chalicelib.local")
CLOCK_ROOMS = ("chalicelib.clock", "chalicelib.local")
_CLOCK_CALLS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today"}
    | {f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep")}
)
_LOADS_AND_STORES = frozenset({"items", "commit", "claims", "due", "idempotency", "table"})
CARRIES_SITE = frozenset({"Draft"})
"""Types whose values know their site, so that a function over one needs no second word for it."""
_MACHINE = re.compile("/(?:work|home|root|Users)/[a-z]")
_REGISTRY = re.compile("pypi[.]org|pythonhosted[.]org|registry[.]npmjs|proxy[.]golang")


@dataclass(frozen=True)
class Module:
    """One source file under its dotted name."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text)

    @property
    def parts(self) -> list[str]:
        """The dotted name in pieces."""
        return self.name.split(".")

    @property
    def package(self) -> str:
        """The room under ``chalicelib`` that the module stands in; the empty text for a leaf and for the app."""
        return self.parts[1] if len(self.parts) > 2 else ""

    @property
    def is_business(self) -> bool:
        """Whether the module belongs to a noun of the business rather than to an edge or a leaf."""
        return bool(self.package) and self.package not in EDGES


def load(root: Path) -> list[Module]:
    """The product's modules: ``app`` and everything under ``chalicelib``, packages by the name of ``__init__``."""
    paths = [*root.glob("app.py"), *sorted((root / "chalicelib").rglob("*.py"))]
    return [Module(".".join(path.relative_to(root).with_suffix("").parts), path.read_text()) for path in paths]


def imported(module: Module) -> Iterator[str]:
    """Dotted names that the module imports; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def _is_in(name: str, rooms: Iterable[str]) -> bool:
    return any(
        name.endswith(room[1:]) if room.startswith("*") else name == room or name.startswith(f"{room}.")
        for room in rooms
    )


def libraries_in_their_rooms(module: Module) -> Iterator[str]:
    """The web framework, the table library and the AWS clients each stay where DESIGN puts them."""
    for name in imported(module):
        rooms = LIBRARY_ROOMS.get(name.split(".")[0])
        if rooms and not _is_in(module.name, rooms):
            yield f"{module.name} imports {name}"


def purity(module: Module) -> Iterator[str]:
    """A business module other than ``service`` and ``table`` imports only what is pure itself."""
    if not module.is_business or module.parts[-1] in RESERVED:
        return
    for name in imported(module):
        root, *rest = name.split(".")
        if root == "chalicelib":
            pure = rest and (rest[0] in PURE_LEAVES or (rest[0] not in EDGES and len(rest) > 1 and _is_pure(rest)))
        else:
            pure = root in PURE_LIBRARIES or (root in sys.stdlib_module_names and root not in IMPURE_STDLIB)
        if not pure:
            yield f"{module.name} imports {name}, which is not pure"


def _is_pure(rest: list[str]) -> bool:
    return not set(RESERVED) & set(rest[1:]) and rest[0] not in ("clock", "settings")


def tables_are_private(module: Module, shared: Iterable[str] = ()) -> Iterator[str]:
    """A ``table`` is used by its own package only, unless it is shared by name."""
    for name in imported(module):
        parts = name.split(".")
        if parts[0] == "chalicelib" and "table" in parts[2:]:
            owner = ".".join(parts[: parts.index("table")])
            if owner not in shared and not module.name.startswith(f"{owner}."):
                yield f"{module.name} reaches into {owner}.table"


def environment(module: Module) -> Iterator[str]:
    """Only settings and the laptop read the environment."""
    if _is_in(module.name, ENVIRONMENT_ROOMS):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.putenv"):
            yield f"{module.name}:{node.lineno} reads the environment"
    yield from (f"{module.name} imports {name}" for name in imported(module) if name in ("os.environ", "os.getenv"))


def clock(module: Module) -> Iterator[str]:
    """Only the clock asks what time it is."""
    if _is_in(module.name, CLOCK_ROOMS):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _CLOCK_CALLS:
            yield f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}"
    for name in imported(module):
        if name in ("time.time", "time.monotonic", "time.sleep", "time.perf_counter"):
            yield f"{module.name} imports {name}"


def sizes(module: Module, lines_max: int = MODULE_LINES_MAX) -> Iterator[str]:
    """No file and no function grows beyond what a reader holds in mind."""
    lines = len(module.text.splitlines())
    if lines > lines_max:
        yield f"{module.name} has {lines} lines, at most {lines_max} are allowed"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{module.name}:{node.lineno} {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"


def no_import_in_functions(module: Module) -> Iterator[str]:
    """Imports stand at the top, where a cold start pays for them once and a reader sees them."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{module.name}:{node.lineno} imports inside a function"


def site_first(module: Module) -> Iterator[str]:
    """A public function of a service or table that loads or stores takes ``site`` first."""
    if not module.is_business or module.parts[-1] not in RESERVED:
        return
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names = [argument.arg for argument in arguments]
        first = arguments[0] if arguments else None
        if first and (first.arg == "site" or (first.annotation and ast.unparse(first.annotation) in CARRIES_SITE)):
            continue
        if "site" in names or _touches_store(node):
            yield f"{module.name}:{node.lineno} {node.name} does not take site first"


def _touches_store(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            root = ast.unparse(node.func).split(".")[0]
            if root in _LOADS_AND_STORES:
                return True
    return False


def no_mock_patch(module: Module) -> Iterator[str]:
    """Stand-ins are classes; nothing is patched behind a module's back."""
    for name in imported(module):
        if name.split(".")[0] == "mock" or name.startswith("unittest.mock"):
            yield f"{module.name} imports {name}"


def no_places(name: str, text: str) -> Iterator[str]:
    """No path of somebody's machine and no host of a package registry."""
    for pattern in (_MACHINE, _REGISTRY):
        found = pattern.search(text)
        if found:
            yield f"{name} names {found[0]!r}"


def personal_data_is_reachable(modules: Iterable[Module], excepted: Iterable[str]) -> Iterator[str]:
    """Every package with a table says what it holds of a member and forgets it, or is excepted by name."""
    listed = list(modules)
    for table in listed:
        if not table.is_business or table.parts[-1] != "table":
            continue
        package = ".".join(table.parts[:-1])
        if package in excepted:
            continue
        public = {
            node.name
            for module in listed
            if module.name.startswith(f"{package}.")
            for node in module.tree.body
            if isinstance(node, ast.FunctionDef)
        }
        for verb in ("forget", "dossier"):
            if verb not in public:
                yield f"{package} has a table and no {verb}"


def path_resources(paths: Iterable[str]) -> int:
    """How many resources API Gateway makes of the paths: every distinct prefix is one."""
    prefixes: set[str] = set()
    for path in paths:
        parts = path.strip("/").split("/")
        prefixes |= {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return len(prefixes)
