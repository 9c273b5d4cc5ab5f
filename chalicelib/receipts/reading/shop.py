"""The shop's name and address in the head of a receipt."""

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from chalicelib.receipts.reading.amounts import amounts_in
from chalicelib.receipts.reading.found import Found
from chalicelib.receipts.reading.labels import ITEM, kind_of
from chalicelib.receipts.reading.letters import similarity
from chalicelib.receipts.reading.rows import Row
from chalicelib.recognised import Page
from chalicelib.values import value

HEAD_ROWS_MAX: Final = 16
ADDRESS_ROWS_MAX: Final = 6
NAME_CHARACTERS_MAX: Final = 80
_LEGAL: Final = re.compile(
    r"\bS[DBI][NM]\W{0,3}B[HM][DZO0]\b|S[DBI]NB[HM][DZ]|SDN\b|\bB[HM]D\b|\bS/B\b|\bSB$|(?<=[A-Z]{3})SB$|\bPLT\b|\b(?:PTE|PTY)\W{0,2}(?:LTD)?\b|\bLTD\b|LIMITED\b"
    r"|\bGMBH\b|\be\.?K\.?$|\bAG$|\bKG\b|\bOHG\b|\bINC\b|\bLLC\b|\bLLP\b|\bPLC\b|\bCORP\b|\bS\.A\.(?:S|U)?\.?|\bSARL\b"
    r"|\bS\.?R\.?L\b\.?|\bS\.?P\.?A\b\.?|\bS\.L\.U?\.?|\bB\.?V\.?$|\bLDA\b|\bN\.V\.|\bCO\.?$|\bCOMPANY\b(?!\W*(?:N[O0o]|REG))",
    re.IGNORECASE,
)
_TRADES: Final = """
    enterprise trading restaurant restoran ristorante syarikat kedai perniagaan perusahaan supermarket hypermarket
    minimarket market mart store stores shop cafe coffee bistro bakery bakeries pharmacy farmasi hardware stationery
    stationer stationers bookstore bookstores books gift fashion boutique electrical auto motor tyre petrol station
    service grocer grocery foods food seafood kitchen kopitiam noodle pizza burger hotel clinic klinik optical salon
    pasaraya pasar raya runcit marketing holdings industries corporation retail retailers international group centre
    center plaza emporium apotheke backerei metzgerei markt boulangerie pharmacie supermercado farmacia panaderia
    tienda mercado panificio trattoria osteria apotheek bakkerij winkel padaria mercearia distributor ventures
    resources global management communications photo beauty health pet garden toys cash carry parking studio
"""
"""Words in the names of shops, in the languages of shops."""
_GENERAL: Final = ("malaysia", "restaurant", "restaurants", "enterprise", "trading", "hardware", "bakeries", "seafood")
"""Words before which a reader often loses the blank."""
_TRADE: Final = re.compile(r"(?:" + "|".join(sorted(_TRADES.split(), key=len, reverse=True)) + ")", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\bjalan|jalan\b|^\W*j[l1]n\b|\bj[l1]n\b|^\W*(?:no|n0)\W{0,3}\d|\b(?:lot|l0t)\W{0,2}\w*\d|\blorong|\blebuh|persiaran|\btaman\b|\btmn\b|kampung|\bkg\b\.?\s"
    r"|\bseksyen|\bsection\b|\bfloor\b|\blevel\b|leve1|\bblock\b|\bblk\b|\bbatu\b|\bstreet\b|\broad\b|\bavenue\b|\blane\b|stra(?:ß|ss)e|\bstr\."
    r"|^\W*\d{1,4}[a-z]?\W{0,2}[a-z ]+(?:street|road|avenue|lane|drive|square)\b"
    r"|platz\b|\brue\b|\bplace\b|\bcalle\b|\bavda\b|\bvia\b|\bviale\b|\bpiazza\b|straat\b|\brua\b|(?<!\d)\d{5}(?!\d)\W{0,2}[A-Za-z]|\b\d{4}\s?[A-Z]{2}\b"
    r"|selangor|kuala\s?lumpur|johor|penang|melaka|perak|sabah|sarawak|kedah|kelantan|pahang|terengganu|negeri|wilayah|putrajaya",
    re.IGNORECASE,
)
_NOT_A_NAME: Final = re.compile(
    r"(?<![a-z])(?:te[l1]|fax|phone|hotline|telephone)\b|te[l1]\W{0,3}[\d(+]|\bgst\b|gst\W?(?:id|no|reg|n0)|\bsst\b|\breg(?:istration)?\W*(?:no|n0)|\bco\W*reg|company\s*(?:no|n0|reg)|\broc\b"
    r"|invoice|invo[il1]ce|receipt|recelpt|resit|\bdate\b|tarikh|\btime\b|cash(?:ier|sale|bill|memo|$)|www|http|\.com|@.*\.|e-?mail|welcome|thank|shopping\s?with|^\W*site\b|table|\bpos\b|terminal|\bbill\b|order"
    r"|licensee|owned by|managed by|operated by|formerly|trading as|\bdba\b|^\W*\(?\s*\d{5,}[-\s]?[A-Z]?\W*$"
    r"|^\W*[A-Z]{0,2}\d{6,}-?[A-Z]{0,2}\W*$"
    r"|copy|ust-?id|\bvat\b|siret|cif\b|nif\b|p\.?\s?iva|kvk|duplicate|reprint",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"bill\s?to\b|\bsold to|deliver to|^\W*(?:m/s|to|attn|name)\s?:|\bqty\b|description|customer", re.IGNORECASE
)
_FORMERLY: Final = re.compile(r"formerly|licensee|owned by|managed by|operated by|franchise|known as", re.IGNORECASE)
_REGISTERED: Final = re.compile(
    r"\s*[\[({]\s*(?:(?:co\W*|roc\W*|company\W*|reg\W*|gst\W*|id\W*|no\W*|n0\W*)*[A-Z]{0,3}[\dOoIl]{4,}[\dA-Za-z\s./-]*)[\])}]?.*$"
    r"|\s+\(?(?:co\W*reg|company\W*no|reg\W*no|roc|gst\W*(?:id|no|reg)|tel)\b.*$|\s+[A-Z]{0,2}\d{5,}\s?-?\s?[A-Z]{0,2}\W*$",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\s*[\[({](?=[^\])}]*\d[^\])}]*\d)[\w\s.:/-]*(?:[\])}]|-[A-Z]?$).*$", re.IGNORECASE)
_SUFFIX_ONLY: Final = re.compile(
    r"^\W*(?:\(?\w{1,3}\)?\W+)?S[DBI][NM]\W{0,3}B[HM][DZO0]\W*$"
    r"|^\W*\([A-Za-z ]{1,24}\)\W*S[DBI][NM]\W{0,3}B[HM][DZO0]\W*$"
    r"|^\W*(?:\(M\)|LTD|GMBH|INC|LLC)\W*$",
    re.IGNORECASE,
)


@value
class Shop:
    """Who sold, and where, as printed."""

    name: Found[str] | None
    address: Found[str] | None


def shop_of(rows: Sequence[Row], page: Page) -> Shop:
    """The name and the address, or ``None`` for what the head does not show."""
    head = _head(rows)
    named = _best(head, page)
    if named is None:
        hint = next((each for each in page.hints if each.kind == "shop" and tidy(each.text)), None)
        name = Found(tidy(hint.text), hint.confidence, hint.boxes) if hint else None
        return Shop(name, _address(head, 0, page))
    at, text, confidence = named
    return Shop(Found(text, confidence, head[at].boxes), _address(head, at, page))


def _head(rows: Sequence[Row]) -> list[Row]:
    """The rows above the first amount of money or the heading of the lines."""
    head: list[Row] = []
    for row in rows[:HEAD_ROWS_MAX]:
        has_money = any(money.is_exact for money in amounts_in(row.text))
        if _END.search(row.text) or (has_money and (len(head) > 2 or kind_of(row.text) != ITEM)):
            break
        head.append(row)
    return head


def _best(head: Sequence[Row], page: Page) -> tuple[int, str, float] | None:
    if not head:
        return None
    usual = median(row.height for row in head)
    hinted = [tidy(hint.text) for hint in page.hints if hint.kind == "shop"]
    first = next((number for number, row in enumerate(head) if _LEGAL.search(row.text) or _ADDRESS.search(row.text)), 0)
    scored = []
    for number, row in enumerate(head):
        name = _name_at(head, number)
        score = _score(row.text, name, number, row.height / usual, is_before_address=number <= max(first, 3))
        if number and _FORMERLY.search(head[number - 1].text):
            score -= 4
        if hinted and any(similarity(name, each) > 0.8 for each in hinted):
            score += 3
        if number + 1 < len(head) and _is_registration(head[number + 1].text):
            score += 2
        scored.append((score, -number, name, row.confidence))
    score, place, name, confidence = max(scored)
    if not name or score < 0:
        return None
    sure = min(1.0, max(0.2, score / 7)) * confidence
    return -place, name, sure


def _score(text: str, name: str, number: int, height: float, *, is_before_address: bool) -> float:
    letters = sum(map(str.isalpha, name))
    if letters < 3 or letters < 0.5 * len(name.replace(" ", "")):
        return -9
    score = 3.0 - 0.4 * number
    legal = _LEGAL.search(name)
    if legal:
        score += 5
    elif _TRADE.search(name):
        score += 2.5
    if height > 1.25:
        score += min(2.0, (height - 1) * 2)
    if _REGISTERED.search(text):
        score += 2
    if _NOT_A_NAME.search(text) and not legal:
        score -= 7
    if _ADDRESS.search(text) and not legal:
        score -= 3 if _TRADE.search(name) and not re.search(r"\d", text) else 6
    if name == name.lower():
        score -= 3
    if not is_before_address:
        score -= 2
    return score - (1.5 if letters < 5 else 0)


_REGISTRATION: Final = re.compile(
    r"^\W*(?:co\W*(?:reg)?\W*|company\W*|reg\W*|roc\W*|no\W*)*[A-Z]{0,3}\d{5,}\s?-?\s?[A-Z]{0,2}\W*$", re.IGNORECASE
)


def _is_registration(text: str) -> bool:
    return bool(_REGISTRATION.match(text))


def _name_at(head: Sequence[Row], number: int) -> str:
    """The name in this row, with the row that it continues or that ends it."""
    text = head[number].text
    if _SUFFIX_ONLY.match(text) and number and not _NOT_A_NAME.search(head[number - 1].text):
        text = f"{head[number - 1].text} {text}"
    elif number + 1 < len(head) and _SUFFIX_ONLY.match(head[number + 1].text):
        text = f"{text} {head[number + 1].text}"
    return tidy(text)


def tidy(text: str) -> str:
    """A name without its registration number and stray marks, its legal form set apart and spelled right."""
    name = _BRACKETED.sub("", _REGISTERED.sub("", text)).strip(" .,:;*-_=#|~'\"")
    name = re.sub(r"(?<![A-Za-z])S[DBI][NM]\W{0,3}B[HM][DZO0]\b", "SDN BHD", name, flags=re.IGNORECASE)
    name = re.sub(r"(?<=[A-Za-z)])\s?(?:S[DBI]N\W{0,2}B[HM][DZ])(?![A-Za-z])", " SDN BHD", name)
    name = re.sub(r"(?<=[A-Z]{3})SB$", " SB", name)
    name = re.sub(r"(?<=[A-Za-z.])\(", " (", name)
    name = re.sub(r"\)(?=[A-Za-z])", ") ", re.sub(r"(?<=\()\s+|\s+(?=\))", "", name))
    return " ".join(_spaced(word) for word in name.split())[:NAME_CHARACTERS_MAX].strip()


def _spaced(word: str) -> str:
    """Words that a reader ran together, set apart before a word of many shops' names."""
    for known in _GENERAL:
        if len(word) > len(known) + 2 and word.lower().endswith(known):
            return f"{word[: -len(known)]} {word[-len(known) :]}"
    return word


def _address(head: Sequence[Row], at: int, page: Page) -> Found[str] | None:
    for hint in page.hints:
        if hint.kind == "address" and hint.text:
            return Found(" ".join(hint.text.split()), hint.confidence, hint.boxes)
    rows: list[Row] = []
    for row in head[at + 1 :]:
        is_other = bool(_NOT_A_NAME.search(row.text)) or _is_registration(row.text)
        if rows and (is_other or len(rows) == ADDRESS_ROWS_MAX):
            break
        if not is_other and (rows or _ADDRESS.search(row.text)):
            rows.append(row)
    if not rows:
        return None
    boxes = tuple(box for row in rows for box in row.boxes)
    return Found(" ".join(row.text for row in rows), min(row.confidence for row in rows), boxes)
