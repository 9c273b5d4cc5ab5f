"""The script tag that puts a gallery on a page, with the room that it will take, so that nothing moves when it comes.

The tag is a box of its own until its script runs: its padding is what the gallery's height will be, as a sum of parts
of the page's width and of fixed lengths, with a step at the width where columns change. The script's styles know the
same lengths.
"""

from html import escape
from math import ceil
from typing import Final

from chalicelib.photos.galleries import wording
from chalicelib.programme.definitions.gallery import Gallery, Layout

GAP_PX: Final = 8
PHONE_PX: Final = 600
"""Up to this width of the gallery its columns are those for phones."""
LINE_EM: Final = 2.3
FOOT_EM: Final = 3.5
_STEEP: Final = 9_999
_SCRIPT: Final = "embed.js"


def tag(site: str, gallery: Gallery, ratio: str, api: str) -> str:
    """The tag; ``ratio`` is that of the gallery's crop, such as 4:5, or natural, and ``api`` is where the API's public
    paths begin, with a slash at its end.
    """
    layout = gallery.layout
    lines = sum(bool(wording.texts_of(gallery, gallery.language)[name]) for name in ("title", "subtitle"))
    rows = layout.rows or (ceil(gallery.per_page / layout.columns) if layout.type == "grid" else 1)
    kept = f"{layout.type} {layout.columns} {layout.columns_on_phones} {rows} {ratio} {gallery.per_page} {lines}"
    style = f"display:block;padding-top:{room(layout, ratio, gallery.per_page, rows, lines)}"
    return (
        f'<script async src="{escape(api)}{_SCRIPT}" data-site="{escape(site)}" data-gallery="{gallery.gallery_id}" '
        f'data-layout="{kept}" style="{style}"></script>'
    )


def room(layout: Layout, ratio: str, photos: int, rows: int, lines: int) -> str:
    """The height of the gallery as a length of CSS, of which 100% is the width there is."""
    many = (1, 1) if layout.type == "carousel" else (layout.columns, layout.columns_on_phones)
    rows = rows if layout.type == "grid" else 1
    (wide, wide_px), (narrow, narrow_px) = (
        _height(ratio, columns, min(rows, ceil(photos / columns))) for columns in many
    )
    fixed = LINE_EM * lines + (FOOT_EM if layout.type == "grid" else 0)
    step = f"clamp(0px,(100% - {PHONE_PX}px)*{_STEEP},1px)"
    return (
        f"calc({fixed:g}em + {narrow:.4f}% + {narrow_px:.2f}px + "
        f"{'-' if wide < narrow else ''}clamp(0px,(100% - {PHONE_PX}px)*{_STEEP},{abs(wide - narrow):.4f}%) + "
        f"{wide_px - narrow_px:.2f}*{step})"
    ).replace("+ -", "- ")


def _height(ratio: str, columns: int, rows: int) -> tuple[float, float]:
    """Parts of the width in percent, and pixels: a photo's width is what gaps leave, and its height follows."""
    across, down = map(int, ratio.split(":")) if ":" in ratio else (1, 1)
    each = rows * down / across / columns
    return 100 * each, (rows - 1) * GAP_PX - each * (columns - 1) * GAP_PX
