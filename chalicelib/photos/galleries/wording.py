"""Texts in the language of whoever looks: by ``de-AT``, then ``de``, then the shop's own language, then any.

What a shop says of its gallery falls back text by text. The words of the gallery itself (next, close, …) are built in.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from chalicelib.programme.definitions.gallery import Gallery, GalleryTexts

LOCALE_CHARACTERS_MAX: Final = 35
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?:[-_.@].*)?")
_ACCEPTED_MAX: Final = 10
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ps", "ur", "yi"})
SHOP_TEXTS: Final = ("title", "subtitle", "empty", "buy", "more", "photo_alt")

_NAMES: Final = (
    "buy", "more", "empty", "photo_alt", "close", "previous", "next", "gallery", "open", "product", "by", "position",
    "share", "by_mail", "play",
)  # fmt: skip
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Buy", "Show more", "No photos yet.", "Photo from a customer", "Close", "Previous photo", "Next photo",
        "Photo gallery", "Show larger: {alt}", "Show product: {name}", "Photo by {author}", "Photo {n} of {total}",
        "Share on {network}", "Share by e-mail", "Play video: {alt}",
    ),
    "de": (
        "Kaufen", "Mehr anzeigen", "Noch keine Fotos.", "Foto einer Kundin oder eines Kunden", "Schließen",
        "Vorheriges Foto", "Nächstes Foto", "Fotogalerie", "Größer zeigen: {alt}", "Produkt zeigen: {name}",
        "Foto von {author}", "Foto {n} von {total}", "Auf {network} teilen", "Per E-Mail teilen",
        "Video abspielen: {alt}",
    ),
    "fr": (
        "Acheter", "Afficher plus", "Pas encore de photos.", "Photo de client", "Fermer", "Photo précédente",
        "Photo suivante", "Galerie de photos", "Agrandir : {alt}", "Voir le produit : {name}", "Photo de {author}",
        "Photo {n} sur {total}", "Partager sur {network}", "Partager par e-mail", "Lire la vidéo : {alt}",
    ),
    "es": (
        "Comprar", "Mostrar más", "Todavía no hay fotos.", "Foto de un cliente", "Cerrar", "Foto anterior",
        "Foto siguiente", "Galería de fotos", "Ampliar: {alt}", "Ver producto: {name}", "Foto de {author}",
        "Foto {n} de {total}", "Compartir en {network}", "Compartir por correo", "Reproducir vídeo: {alt}",
    ),
    "it": (
        "Acquista", "Mostra altro", "Ancora nessuna foto.", "Foto di un cliente", "Chiudi", "Foto precedente",
        "Foto successiva", "Galleria fotografica", "Ingrandisci: {alt}", "Mostra il prodotto: {name}",
        "Foto di {author}", "Foto {n} di {total}", "Condividi su {network}", "Condividi via e-mail",
        "Riproduci il video: {alt}",
    ),
    "nl": (
        "Kopen", "Meer tonen", "Nog geen foto's.", "Foto van een klant", "Sluiten", "Vorige foto", "Volgende foto",
        "Fotogalerij", "Groter tonen: {alt}", "Product tonen: {name}", "Foto van {author}", "Foto {n} van {total}",
        "Delen op {network}", "Delen via e-mail", "Video afspelen: {alt}",
    ),
    "pt": (
        "Comprar", "Mostrar mais", "Ainda não há fotos.", "Foto de um cliente", "Fechar", "Foto anterior",
        "Próxima foto", "Galeria de fotos", "Ampliar: {alt}", "Ver produto: {name}", "Foto de {author}",
        "Foto {n} de {total}", "Partilhar no {network}", "Partilhar por e-mail", "Reproduzir vídeo: {alt}",
    ),
    "pl": (
        "Kup", "Pokaż więcej", "Nie ma jeszcze zdjęć.", "Zdjęcie klienta", "Zamknij", "Poprzednie zdjęcie",
        "Następne zdjęcie", "Galeria zdjęć", "Powiększ: {alt}", "Pokaż produkt: {name}", "Zdjęcie: {author}",
        "Zdjęcie {n} z {total}", "Udostępnij: {network}", "Udostępnij e-mailem", "Odtwórz film: {alt}",
    ),
    "ar": (
        "شراء", "عرض المزيد", "لا توجد صور بعد.", "صورة من عميل", "إغلاق", "الصورة السابقة", "الصورة التالية",
        "معرض الصور", "تكبير: {alt}", "عرض المنتج: {name}", "تصوير {author}", "صورة {n} من {total}",
        "مشاركة على {network}", "مشاركة بالبريد الإلكتروني", "تشغيل الفيديو: {alt}",
    ),
}  # fmt: skip
_ENGLISH: Final = "en"

Out = TypeVar("Out")


def locale_of(said: str) -> str:
    """A locale as this house spells it, ``de-AT`` or ``de``; empty for what is none."""
    match = _TAG.fullmatch(said.strip()[:LOCALE_CHARACTERS_MAX])
    if match is None:
        return ""
    language, region = match[1].lower(), (match[2] or "").upper()
    return f"{language}-{region}" if region else language


def accepted(header: str) -> str:
    """The locale that a browser wants most (RFC 9110, section 12.5.4); empty where it says none."""
    best, rank = "", 0.0
    for part in header.split(",")[:_ACCEPTED_MAX]:
        tag, _, quality = part.partition(";")
        weight = _quality(quality)
        if weight > rank and (found := locale_of(tag)):
            best, rank = found, weight
    return best


def languages(locale: str, own: str) -> tuple[str, ...]:
    """Where to look, in order: the locale, its language, and the shop's own likewise."""
    looked = [place for each in (locale, own) if each for place in (each, each.partition("-")[0])]
    return tuple(dict.fromkeys(looked))


def of_language(texts: Mapping[str, Out], locale: str, own: str) -> Out | None:
    """The text of the first language that there is one in, else any; ``None`` where there is none at all.

    A language also finds a text in another region of it, before the shop's own language.
    """
    for each in languages(locale, own):
        if each in texts:
            return texts[each]
        akin = sorted(other for other in texts if other.partition("-")[0] == each)
        if akin:
            return texts[akin[0]]
    return texts[min(texts)] if texts else None


def name_of(names: Mapping[str, str], own: str, locale: str) -> str:
    """A product's name in a locale or its language, else its own."""
    return next((names[each] for each in languages(locale, "") if each in names), own)


def texts_of(gallery: Gallery, locale: str) -> dict[str, str]:
    """All texts of a gallery: what the shop says, each by its own fallback, before the words that are built in."""
    said = words(locale or gallery.language)
    for name in SHOP_TEXTS:
        given = {language: text for language, all_ in gallery.texts.items() if (text := _text(all_, name))}
        own = of_language(given, locale, gallery.language)
        said[name] = own or said.get(name, "")
    return said


def words(locale: str) -> dict[str, str]:
    """The built-in words of a locale, English where there are none."""
    found = _WORDS.get(locale.partition("-")[0], _WORDS[_ENGLISH])
    return dict(zip(_NAMES, found, strict=True))


def is_right_to_left(locale: str) -> bool:
    """Whether the locale's script runs from the right."""
    return locale.partition("-")[0] in _RIGHT_TO_LEFT


def known_languages() -> Sequence[str]:
    """The languages whose words are built in."""
    return sorted(_WORDS)


def _text(texts: GalleryTexts, name: str) -> str:
    said: str = getattr(texts, name)
    return said


def _quality(said: str) -> float:
    name, _, number = said.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    return min(float(number), 1.0) if re.fullmatch(r"[0-9](\.[0-9]{1,3})?", number.strip()) else 0.0
