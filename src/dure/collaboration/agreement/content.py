"""What the parties type into an agreement, made safe and whole; and the document that is signed.

A version's `content` is plain JSON in the form of EMPTY, with texts as typed. `tidied` cleans one step of it,
`must_be_whole` says what is missing before it can be signed, `document_of` makes the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration.decisions.models import DecisionRule
from dure.core.refused import Refused
from dure.core.texts import tidy
from dure.engines import settlement

FORMAT = "dure.agreement"
MODES = ("none", "equal", "ratio", "amount", "heads")
RENEWALS = ("none", "agreed", "automatic")
LONG, MIDDLE, SHORT = 4000, 2000, 300
MOST_EXTRA = 30

EMPTY: dict[str, Any] = {
    "purpose": "",
    "roles": {},
    "contributions": {},
    "cost": {"total": None, "mode": "none", "shares": {}},
    "rule": {"passes": "consent", "quorum_per_mille": 500, "days": 7, "voices": {}},
    "starts_on": "",
    "ends_on": "",
    "renewal": "agreed",
    "notice_days": 90,
    "data": "",
    "data_basis": "",
    "visibility": "",
    "exit": "",
    "after_care_body": "",
    "after_care_name": "",
    "mediation": "",
    "extra": [],
}

STEPS: tuple[tuple[str, ...], ...] = (
    ("purpose", "roles", "contributions"),
    ("cost",),
    ("rule", "starts_on", "ends_on", "renewal", "notice_days"),
    ("data", "data_basis", "visibility"),
    ("exit", "after_care_body", "after_care_name", "mediation"),
    ("extra",),
)
"""Which parts of the content each step of editing holds."""

TEXTS = {
    "purpose": LONG,
    "data": LONG,
    "data_basis": MIDDLE,
    "visibility": LONG,
    "exit": LONG,
    "after_care_name": SHORT,
    "mediation": LONG,
}


def tidied(part: Mapping[str, Any], parties: Sequence[str]) -> dict[str, Any]:
    """These parts of the content, cleaned. `parties` are the ids of the bodies. Refused `invalid` with the form's
    field: too long, no number, a term that ends before it starts, shares that do not add up."""
    found: dict[str, Any] = {}
    for name, value in part.items():
        if name in TEXTS:
            found[name] = tidy(value, longest=TEXTS[name], field=name)
        elif name in ("roles", "contributions"):
            one = {"roles": "role", "contributions": "contribution"}[name]
            longest = SHORT if name == "roles" else MIDDLE
            found[name] = {body: tidy(value.get(body, ""), longest=longest, field=f"{one}_{body}") for body in parties}
        elif name == "cost":
            found[name] = _cost(value, parties)
        elif name == "rule":
            found[name] = _rule(value, parties)
        elif name in ("starts_on", "ends_on"):
            found[name] = value.isoformat() if isinstance(value, date) else str(value or "")
        elif name == "renewal":
            found[name] = _one_of(value, RENEWALS, name)
        elif name == "notice_days":
            found[name] = _number(value, name, 1, 365)
        elif name == "after_care_body":
            found[name] = value if value in parties else ""
        elif name == "extra":
            found[name] = _extra(value)
    if found.get("starts_on") and found.get("ends_on"):
        _term(found["starts_on"], found["ends_on"])
    return found


def _term(starts_on: str, ends_on: str) -> None:
    start, end = _day(starts_on, "starts_on"), _day(ends_on, "ends_on")
    if end < start:
        raise Refused("invalid", _("끝나는 날이 시작하는 날보다 앞입니다."), "ends_on")


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Refused("invalid", _("날짜를 정해 주세요."), field) from fault


def _one_of(value: Any, choices: Sequence[str], field: str) -> str:
    if value not in choices:
        raise Refused("invalid", _("보기에서 골라 주세요."), field)
    return str(value)


def _number(value: Any, field: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        words = _("%(least)s부터 %(most)s까지의 수를 적어 주세요.") % {"least": f"{least:,}", "most": f"{most:,}"}
        raise Refused("invalid", words, field)
    return value


def _cost(value: Mapping[str, Any], parties: Sequence[str]) -> dict[str, Any]:
    mode = _one_of(value.get("mode"), MODES, "mode")
    shares = {body: str((value.get("shares") or {}).get(body) or "").strip() for body in parties}
    total = value.get("total")
    cost = {"total": total, "mode": mode, "shares": {body: text[:40] for body, text in shares.items()}}
    if mode == "none":
        return {"total": None, "mode": mode, "shares": {}}
    if total is None:
        raise Refused("invalid", _("모두 얼마인지 적어 주세요."), "total")
    _number(total, "total", 1, settlement.MOST)
    won_of(cost, parties)
    return cost


def won_of(cost: Mapping[str, Any], parties: Sequence[str]) -> dict[str, int]:
    """What each party pays in won; it adds up to the total. Empty where no cost is shared. Refused `invalid` at
    `share_<body>` or `total`, naming the difference."""
    total, mode, shares = cost["total"], cost["mode"], cost["shares"]
    if mode == "none":
        return {}
    if mode == "equal":
        return settlement.equally(total, parties)
    try:
        if mode == "ratio":
            return settlement.split_by_shares(total, {body: _share(shares.get(body, ""), body) for body in parties})
        if mode == "amount":
            return settlement.split_by_amounts(total, {body: whole(shares.get(body, ""), body) for body in parties})
        heads = {body: whole(shares.get(body, ""), body) for body in parties}
        if not sum(heads.values()):
            raise Refused("invalid", _("사람 수를 적어 주세요."), f"share_{parties[0]}" if parties else "total")
        return settlement.split(total, heads)
    except settlement.DoesNotAddUp as fault:
        raise Refused("invalid", _difference(mode, fault), "total") from fault


def _difference(mode: str, fault: settlement.DoesNotAddUp) -> str:
    much = abs(fault.difference)
    if mode == "amount":
        words = {"won": f"{int(much):,}"}
        if fault.difference > 0:
            return _("나눈 돈을 더하면 전체보다 %(won)s원 모자랍니다.") % words
        return _("나눈 돈을 더하면 전체보다 %(won)s원 많습니다.") % words
    words = {"percent": percent(much)}
    if fault.difference > 0:
        return _("나눈 비율을 더하면 100%%보다 %(percent)s 모자랍니다.") % words
    return _("나눈 비율을 더하면 100%%보다 %(percent)s 많습니다.") % words


def percent(value: Fraction) -> str:
    """Exact where it ends within three places, else as a fraction of the whole."""
    thousandths = value * 100_000
    if thousandths.denominator == 1:
        return f"{int(thousandths) / 1000:g}%"
    return f"{value.numerator}/{value.denominator}"


def _share(text: str, body: str) -> Fraction:
    try:
        return settlement.share(text)
    except settlement.SettlementError as fault:
        raise Refused("invalid", _("1/3이나 33.3%%처럼 적어 주세요.") % {}, f"share_{body}") from fault


def whole(text: str, body: str) -> int:
    """A whole number as people write it: `1,234,000원`. Refused at `share_<body>`."""
    plain = "".join(str(text).split()).replace(",", "").removesuffix("원").removesuffix("명")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 15):
        raise Refused("invalid", _("0이나 그보다 큰 수를 적어 주세요."), f"share_{body}")
    return int(plain)


def _rule(value: Mapping[str, Any], parties: Sequence[str]) -> dict[str, Any]:
    voices = {}
    for body in parties:
        number = (value.get("voices") or {}).get(body, 1)
        voices[body] = _number(number, f"voices_{body}", 1, 100)
    return {
        "passes": _one_of(value.get("passes"), DecisionRule.Passes.values, "passes"),
        "quorum_per_mille": _number(value.get("quorum_per_mille"), "quorum", 0, 1000),
        "days": _number(value.get("days"), "days", 1, 90),
        "voices": {body: number for body, number in voices.items() if number != 1},
    }


def _extra(value: Any) -> list[dict[str, str]]:
    rows = list(value or [])
    if len(rows) > MOST_EXTRA:
        raise Refused("invalid", _("조항은 %(n)d개까지 더할 수 있습니다.") % {"n": MOST_EXTRA}, "extra")
    found = []
    for place, row in enumerate(rows):
        title = tidy(row.get("title", ""), longest=100, field=f"extra_{place}_title", one_line=True)
        text = tidy(row.get("text", ""), longest=LONG, field=f"extra_{place}_text")
        if text and not title:
            raise Refused("invalid", _("조항의 제목을 적어 주세요."), f"extra_{place}_title")
        if title and not text:
            raise Refused("invalid", _("조항의 내용을 적어 주세요."), f"extra_{place}_text")
        if title:
            found.append({"id": str(row.get("id") or f"x{place}")[:40], "title": title, "text": text})
    return found


def must_be_whole(content: Mapping[str, Any], parties: Sequence[str]) -> None:
    """Refuses, naming step and field, what cannot be signed yet."""
    needed = {
        "purpose": _("목적을 적어 주세요."),
        "starts_on": _("시작하는 날을 정해 주세요."),
        "ends_on": _("끝나는 날을 정해 주세요."),
        "exit": _("그만두는 방법을 적어 주세요."),
        "mediation": _("갈등을 어떻게 조정할지 적어 주세요."),
    }
    for name, words in needed.items():
        if not content.get(name):
            raise Refused("invalid", words, name)
    for body in parties:
        if not content["contributions"].get(body):
            raise Refused("invalid", _("기관마다 무엇을 내는지 적어 주세요."), f"contribution_{body}")
    _term(content["starts_on"], content["ends_on"])
    if content.get("data") and not content.get("data_basis"):
        raise Refused("invalid", _("데이터를 함께 쓰는 법적 근거를 적어 주세요."), "data_basis")
    won_of(content["cost"], parties)


def step_of(field: str) -> int:
    """The number, from 1, of the step in which a refused field stands."""
    name = field.split("_")[0]
    by_start = {"role": 1, "contribution": 1, "purpose": 1, "total": 2, "mode": 2, "share": 2, "extra": 6}
    if name in by_start:
        return by_start[name]
    return next((number for number, names in enumerate(STEPS, start=1) if field in names), 3)


def document_of(
    content: Mapping[str, Any],
    *,
    agreement: str,
    collaboration: str,
    title: str,
    version: int,
    kind: str,
    parties: Sequence[tuple[Body, str]],
    replaces: int | None,
) -> dict[str, Any]:
    """The plain document of a content. `parties` are (body, role as a party) who asked first. Shares stand in won."""
    ids = [str(body.pk) for body, _role in parties]
    cost = content["cost"]
    try:
        won = won_of(cost, ids)
    except Refused:
        won = {}
    after = content["after_care_body"]
    return {
        "format": FORMAT,
        "v": 1,
        "agreement": agreement,
        "collaboration": collaboration,
        "title": normalize("NFC", title),
        "version": version,
        "kind": kind,
        "replaces": replaces,
        "parties": [
            {
                "body": str(body.pk),
                "name": normalize("NFC", body.name_ko),
                "as": role,
                "role": content["roles"].get(str(body.pk), ""),
                "contribution": content["contributions"].get(str(body.pk), ""),
            }
            for body, role in parties
        ],
        "purpose": content["purpose"],
        "cost": {
            "total": cost["total"],
            "mode": cost["mode"],
            "shares": [
                {"body": body, "said": cost["shares"].get(body, ""), "won": won[body]} for body in ids if body in won
            ],
        },
        "rule": {
            **{name: content["rule"][name] for name in ("passes", "quorum_per_mille", "days")},
            "voices": [{"body": body, "voices": content["rule"]["voices"].get(body, 1)} for body in ids],
        },
        "starts_on": content["starts_on"],
        "ends_on": content["ends_on"],
        "renewal": content["renewal"],
        "notice_days": content["notice_days"],
        "data": content["data"],
        "data_basis": content["data_basis"],
        "visibility": content["visibility"],
        "exit": content["exit"],
        "after_care": {"body": after if after in ids else None, "name": content["after_care_name"]},
        "mediation": content["mediation"],
        "extra": [dict(one) for one in content["extra"]],
    }
