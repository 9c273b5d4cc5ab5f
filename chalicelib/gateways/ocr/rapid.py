"""Reading on a laptop: RapidOCR, whose models (PP-OCRv4) come in its wheel and run on the processor."""

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median
from typing import Any, Final

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from rapidocr_onnxruntime import RapidOCR

from chalicelib.gateways import pictures
from chalicelib.recognised import Box, Page, Word

THREADS: Final = 1
"""Of one process; whoever has more processors starts more processes."""
WIDTH_USUAL: Final = (600, 1_200)
"""A first look is taken within these widths, where receipts are read best and fast."""
LETTERS_ENLARGED: Final = 32.0
"""How high rows of writing are made for the second look, in pixels of their boxes."""
PIXELS_ENLARGED: Final = 5_000_000
SIDE_MAX: Final = 3_200
"""Longer pictures are reduced: a till roll of two metres is no receipt."""
CONFIDENCE_MIN: Final = 0.3
POOR_CONFIDENCE: Final = 0.8
POOR_WORDS: Final = 10
UPRIGHT_SHARE: Final = 0.5
"""With fewer of the long boxes lying, the writing runs up or down."""
LONG: Final = 1.5


def looks(data: bytes) -> Iterator[Page]:
    """As it is (turned until it can be read), then enlarged with more contrast, then smaller and sharpened."""
    picture = pictures.opened(data)
    page, upright = _upright(picture)
    yield page
    if not page.words:
        return
    contrasted = ImageOps.autocontrast(upright.convert("L"), cutoff=1).convert("RGB")
    yield _read(contrasted, _enlarged(upright, page), page.turned)
    sharp = upright.filter(ImageFilter.UnsharpMask(radius=2, percent=120, threshold=2))
    yield _read(sharp, (WIDTH_USUAL[0] + WIDTH_USUAL[1]) // 2, page.turned)


def _upright(picture: Image.Image) -> tuple[Page, Image.Image]:
    """The first look that makes sense, and the picture as it was turned for it."""
    first = _read(picture, _usual(picture), 0)
    lying = _lying(first)
    if lying >= UPRIGHT_SHARE and not _is_poor(first):
        return first, picture
    turns = (180,) if lying >= UPRIGHT_SHARE else (90, 270)
    tried = [(first, picture)]
    for turn in turns:
        turned = picture.rotate(turn, expand=True)
        tried.append((_read(turned, _usual(turned), turn), turned))
    return max(tried, key=lambda each: _legibility(each[0]))


def _usual(picture: Image.Image) -> int:
    return min(max(picture.width, WIDTH_USUAL[0]), WIDTH_USUAL[1])


def _enlarged(picture: Image.Image, page: Page) -> int:
    """The width at which the writing of a page is as high as it should be."""
    scale: float = LETTERS_ENLARGED / median(word.box.height for word in page.words)
    scale = min(scale, (PIXELS_ENLARGED / (picture.width * picture.height)) ** 0.5)
    return max(WIDTH_USUAL[0], round(picture.width * scale))


def _lying(page: Page) -> float:
    """The share of long boxes that lie; 1 without any."""
    sizes = [(word.box.width, word.box.height) for word in page.words if len(word.text) > 3]
    lying = sum(width > LONG * height for width, height in sizes)
    standing = sum(height > LONG * width for width, height in sizes)
    return lying / (lying + standing) if lying + standing else 1.0


def _is_poor(page: Page) -> bool:
    sure = [word.confidence for word in page.words]
    return len(sure) < POOR_WORDS or sum(sure) / len(sure) < POOR_CONFIDENCE


def _legibility(page: Page) -> float:
    """How much was read how surely; doubtful words count for little."""
    return sum(len(word.text) * word.confidence**4 for word in page.words) * (0.5 + _lying(page))


def _read(picture: Image.Image, width: int, turned: int) -> Page:
    scale = min(width / picture.width, SIDE_MAX / picture.height)
    if abs(scale - 1) > 0.01:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture_read = picture.resize(size, Image.Resampling.LANCZOS)
    else:
        picture_read, scale = picture, 1.0
    # OpenCV, on which RapidOCR stands, takes blue first.
    array = np.asarray(picture_read)[:, :, ::-1]
    found, _ = _engine()(np.ascontiguousarray(array), use_cls=False)
    words = tuple(_word(quad, text, float(sure), scale) for quad, text, sure in found or ())
    return Page(words, picture.width, picture.height, turned)


def _word(quad: Sequence[Sequence[float]], text: str, confidence: float, scale: float) -> Word:
    across = [point[0] / scale for point in quad]
    down = [point[1] / scale for point in quad]
    run = across[1] - across[0]
    slope = (down[1] - down[0]) / run if run > 0 else 0.0
    return Word(text, Box(min(across), min(down), max(across), max(down)), confidence, slope)


@cache
def _engine() -> Any:
    """The one engine of this process; loading its models takes a second."""
    return RapidOCR(
        intra_op_num_threads=THREADS, inter_op_num_threads=THREADS, max_side_len=SIDE_MAX, text_score=CONFIDENCE_MIN
    )
