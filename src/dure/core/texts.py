"""What people type, made safe to keep and to show: one form of each sign, no hidden direction or control signs."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from dure.core.refused import Refused

# Controls but tab and line feed; left-to-right and right-to-left marks, embeddings, overrides and isolates; the
# byte-order mark. Joiners and variation selectors stay: emoji and other scripts need them.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BREAKS = re.compile("\r\n|\r|\x0b|\x0c|\x85|\u2028|\u2029")


def tidy(value: object, *, longest: int, field: str, needed: str = "", one_line: bool = False) -> str:
    """The text in NFC with plain line ends and without hidden signs; the cells of a pasted table stay apart by tabs.

    Refused `invalid` at `field`: longer than `longest` signs (said with both numbers), or empty where `needed` says
    what is missing. `one_line` turns line breaks and tabs into blanks.
    """
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", _BREAKS.sub("\n", str(value or ""))))
    text = " ".join(text.split()) if one_line else "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if len(text) > longest:
        words = _("%(n)s자까지 쓸 수 있습니다. 지금 %(m)s자입니다.") % {"n": f"{longest:,}", "m": f"{len(text):,}"}
        raise Refused("invalid", words, field)
    if needed and not text:
        raise Refused("invalid", needed, field)
    return text
