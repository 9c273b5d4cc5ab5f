"""What the words before an amount say about it: one table of labels, in the languages of shops."""

import re
import unicodedata
from typing import Final

from chalicelib.receipts.reading.letters import distance

TOTAL: Final = "total"
"""What is to be paid, said beyond doubt (grand total, amount due, total inclusive of tax, total rounded)."""
SUM: Final = "sum"
"""A total of some kind."""
SUBTOTAL: Final = "subtotal"
PARTIAL: Final = "partial"
"""The total of what is bought under one tax rate."""
NET: Final = "net"
"""A total without tax."""
TAX: Final = "tax"
SERVICE: Final = "service"
DISCOUNT: Final = "discount"
ROUNDING: Final = "rounding"
CASH: Final = "cash"
CARD: Final = "card"
CHANGE: Final = "change"
OTHER: Final = "other"
"""Counts, points, savings and balances: no part of the sum."""
ITEM: Final = "item"
"""None of these: the name of something bought."""

_TAXES: Final = "gst|sst|vat|mwst|ust|iva|tva|btw|cukai|tax|taxe|steuer|imposto|impuesto|imposta"
_ANY_TOTAL: Final = "total|totale|totaal|jumlah|summe|gesamt|sum|amount|amt|sales|bill|betrag|montant|import[eo]|bedrag"
# Kind, and expressions over labels without blanks and accents (``compact``); the first that is found decides.
_TABLE: Final = (
    (
        OTHER,
        r"""
        qty quantity qnty kuantiti (?:total|noof|jumlah)items?$ itemcount itemssold itempurchased points?
        mata(?:ganjaran)? punkte puntos punti saving saved yousave jimat gespart ahorr economi[az] rate[ab]?$
        exchangerate beforedisc deposit credit(?:limit|balance) previousbal cardbalance prepaidbal baucar stamps limit
        relief invoiceno receiptno billno docno tableno ^table ^pax ^tel phone approv ^auth ^trace ^batch ^terminal
        ^ref capital
        """,
    ),
    (
        PARTIAL,
        r"""
        su[a-z]{0,2}pl(?:y|ies) (?:zero|standard|exempt)rated
        """,
    ),
    (
        NET,
        r"""
        (?:exc|excl|exclud\w*|exclusive|before|without|w/?o)(?:of)?(?:the)?(?:6)?(?:{TAXES}) horstaxes? totalht
        hortaxe sinimpuesto senzaiva sansiva ohnemwst zonderbtw taxable net{1,2}of(?:tax|gst|vat) netto$ baseimponib
        imponibile belumcukai ^excl totalexc (?:{SUMS})excl?
        """,
    ),
    (
        TOTAL,
        r"""
        total(?:amount|amt|sales?|bill)?(?:rounded|after) round(?:ed|ing)(?:total|amount|amt|bill) total.*afterround
        afterround jumlahselepas totalafter
        """,
    ),
    (
        SUBTOTAL,
        r"""
        sub[-]?t[o0]ta subt0tal suotal subtl sousttotal soustotal zwischensumme subtotaal tussentotaal parcial
        ^gross(?:amount|amt|sales|total)?$
        beforeround jumlahkecil subjumlah
        """,
    ),
    (
        ROUNDING,
        r"""
        round rouding roundng rndg bundar genap pelarasan rundung arrondi redonde arredond arroton afrond adjust
        """,
    ),
    (
        TAX,
        r"""
        total(?:{TAXES})(?!in[ce]) (?:{TAXES})(?:total|amount|amt|payable) totalincludes includes ^incl(?!usive) darin
        davon dontt?va ^(?:{TAXES})incl enthalt ^gst ^sst ^vat ^mwst ^ust ^tva ^iva ^btw
        ^(?:gov[a-z]*|sales|local|state|city|county)?tax(?:es)?(?:amount|amt)?$ di[ct]uiiva totaleiva totaliva
        totaltva
        """,
    ),
    (
        TOTAL,
        r"""
        (?:{SUMS}).*(?:incl|inc$|inc(?:{TAXES})|with(?:{TAXES})|ttc) ttc$ inclusive wit?h(?:{TAXES})
        """,
    ),
    (
        CHANGE,
        r"""
        (?<!ex)chan[gq][ea](?!d) chg$ changedue baki ^balance$ ^bal$ kembali wechselgeld ruckgeld zuruck rendu monnaie
        cambio vuelto troco wisselgeld ^terug ^resto resteazuruck cashback
        """,
    ),
    (
        SERVICE,
        r"""
        serv(?:ice)?(?:ch|tax|c) svc s/?charge servchar servicecharge perkhidmatan bedienung coperto servizio propina
        deliver shipping postage gratuity ^tips?$ parkingfee$a trinkgeld
        """,
    ),
    (
        DISCOUNT,
        r"""
        disc(?!r|over) diskaun potongan rabatt nachlass remise reduction sconto descuento korting desconto
        ^[a-z]{0,8}voucher[a-z]{0,6}$ coupon rebate lessamount promotion ^less$ memberdis
        """,
    ),
    (
        TOTAL,
        r"""
        grandt gtotal ne[t]{1,3}(?:total|amt|amount|bill|sales|payable)
        total(?:net|nett|payable|paya|due|topay|charge) (?:amount|amt|balance|bill)(?:due|payable) payableamount
        paymentdue topay$ final(?:total|amount) billtotal jumlah(?:besar|perlu|bersih|keseluruhan|bayaran)
        perludibayar gesamtbetrag zuzahlen endbetrag zahlbetrag netapayer apayer totale?(?:complessivo|euro?|ap?agar)
        importetotal totaltebetalen tebetalen apagar dapagare total(?:rm|myr|eur|usd|sgd|gbp|chf)$ totalamount
        totalamt totalbill
        """,
    ),
    (
        CARD,
        r"""
        visa master(?!p) amex american mydebit debit credit ^card kreditkarte e[ck]karte girocard maestro cartao
        tarjeta cartebancaire carta pin$ ewallet grabpay boost touchn?go ^tng alipay wechat paywave nets$ bankcard
        ^cc$
        """,
    ),
    (
        CASH,
        r"""
        c[ao]sh(?!ew|mer) tunai ^bar$ gegeben tender ^paid paid$ payment received recvd especes contant efectivo
        dinheiro ^pago bayaran entregado recebido dibayar terima ^pay$
        """,
    ),
    (
        SUM,
        r"""
        t[o0]t[ao][l1i] ^tota ^otal$ jumlah summe gesamt totaal ^montant ^importe?o?$ ^betrag ^(?:bill)?amount$ ^amt$
        ^sum$ ^nett?$ ^ttl$ ^ttl(?:amt|amount) totalsales ^bill$ ^sales$ ^netsales ^bedrag
        """,
    ),
)
_COMPILED: Final = tuple(
    (kind, re.compile("|".join(patterns.split()).replace("{TAXES}", _TAXES).replace("{SUMS}", _ANY_TOTAL)))
    for kind, patterns in _TABLE
)
_DIGITS_AS_LETTERS: Final = str.maketrans("0158|", "oisbl")
_CURRENCY: Final = re.compile(r"\b(?:RM|MYR|EUR|USD|SGD|GBP|CHF|CRM)\b")
LABEL_LETTERS_MAX: Final = 45
"""A longer text before an amount is a sentence, not a label."""


def compact(text: str) -> str:
    """Small letters only, without accents; digits inside words as the letters they were read for."""
    words = []
    for word in text.split():
        letters = sum(map(str.isalpha, word))
        words.append(word.translate(_DIGITS_AS_LETTERS) if letters * 2 > len(word) else word)
    flat = unicodedata.normalize("NFKD", "".join(words)).lower()
    return "".join(char for char in flat if char.isascii() and char.isalpha())


def kind_of(text: str) -> str:
    """What the label says its amount is; ``ITEM`` where it is no label."""
    named = _CURRENCY.sub(" ", text)
    # In "Qty 4 Rounding 0.00" the count ends one label and begins the next.
    pieces = [piece for piece in map(compact, _COUNT.split(named)) if len(piece) >= LETTERS_MIN]
    label = pieces[-1] if pieces else compact(named)
    if not label or len(label) > LABEL_LETTERS_MAX:
        return ITEM
    for kind, pattern in _COMPILED:
        if pattern.search(label):
            return kind
    for word in (label, *map(compact, named.split())):
        for known, kind in _NEARLY:
            if is_near(word, known):
                return kind
    folded = (label.translate(_SHAPES), *(compact(word).translate(_SHAPES) for word in named.split()))
    return next((kind for word in folded for known, kind in _ALIKE.items() if word == known), ITEM)


LETTERS_MIN: Final = 3
_COUNT: Final = re.compile(r"(?:^|(?<=\s))[0-9]{1,3}(?=\s|$)")
_NEARLY: Final = (
    ("total", SUM),
    ("subtotal", SUBTOTAL),
    ("rounding", ROUNDING),
    ("roundingadj", ROUNDING),
    ("change", CHANGE),
    ("discount", DISCOUNT),
    ("grandtotal", TOTAL),
    ("totalamount", TOTAL),
)
_SHAPES: Final = str.maketrans("tljfcuqdhegy", "iiiiioooboov")
"""Letters that look alike in narrow and worn print, each as the one that stands for them."""
_ALIKE: Final = {
    known.translate(_SHAPES): kind
    for known, kind in (*_NEARLY, ("cash", CASH), ("changedue", CHANGE), ("roundingadjustment", ROUNDING))
}
_LETTERS_OF_ONE_MISTAKE: Final = 5


def is_near(word: str, known: str) -> bool:
    """Whether ``word`` is ``known`` with few letters misread, lost or added: one in five letters."""
    most = len(known) // _LETTERS_OF_ONE_MISTAKE
    return abs(len(word) - len(known)) <= most and distance(word, known) <= most
