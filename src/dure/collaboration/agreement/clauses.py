"""An agreement's document as clauses in words: what the page, the comparison and the papers show."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dure.collaboration.agreement.content import percent
from dure.collaboration.decisions.models import DecisionRule
from dure.collaboration.models import Party
from dure.engines import settlement


@dataclass(frozen=True)
class Columns:
    """A table of a clause. `right` are the columns of figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """For templates: (head, whether its column holds figures)."""
        return [(head, place in self.right) for place, head in enumerate(self.head)]

    @property
    def cells(self) -> list[list[tuple[str, str, bool]]]:
        """For templates: rows of (cell, its head, whether it is a figure)."""
        return [[(cell, self.head[place], place in self.right) for place, cell in enumerate(row)] for row in self.rows]


@dataclass(frozen=True)
class Clause:
    """`key` stays the same from version to version; `number` is its place."""

    key: str
    number: int
    title: str
    text: str
    tables: tuple[Columns, ...] = ()

    @property
    def heading(self) -> str:
        return _("제%(n)d조") % {"n": self.number}

    @property
    def whole(self) -> str:
        """Everything it says as lines, for comparing."""
        lines = [self.title, *self.text.split("\n")]
        for table in self.tables:
            lines += [" · ".join(row) for row in table.rows]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Piece:
    """Words of a comparison. `kind` is same, added or gone."""

    kind: str
    text: str


@dataclass(frozen=True)
class Compared:
    """One clause in two versions. `state` is same, changed, added or gone."""

    key: str
    title: str
    state: str
    pieces: tuple[Piece, ...]


def won(amount: int) -> str:
    return _("%(won)s원") % {"won": f"{amount:,}"}


def clauses_of(document: Mapping[str, Any]) -> list[Clause]:
    """The clauses in their order, numbered. Empty ones say that nothing was agreed on it."""
    names = {party["body"]: party["name"] for party in document["parties"]}
    nothing = _("정한 것이 없습니다.")
    found: list[tuple[str, str, str, tuple[Columns, ...]]] = [
        ("purpose", _("목적"), document["purpose"] or nothing, ()),
        ("parties", _("함께하는 기관과 맡은 일"), "", (_parties(document),)),
        ("cost", _("비용"), *_cost(document, names)),
        ("rule", _("정하는 방식"), *_rule(document, names)),
        ("term", _("기간과 갱신"), _term(document), ()),
        ("data", _("함께 쓰는 데이터"), _data(document), ()),
        ("visibility", _("공개"), document["visibility"] or _("모두 공개합니다."), ()),
        ("exit", _("그만두기"), document["exit"] or nothing, ()),
        ("after_care", _("마친 뒤의 관리"), _after_care(document, names), ()),
        ("mediation", _("갈등 조정"), document["mediation"] or nothing, ()),
    ]
    found += [(f"extra-{one['id']}", one["title"], one["text"], ()) for one in document["extra"]]
    return [
        Clause(key, number, str(title), text, tables)
        for number, (key, title, text, tables) in enumerate(found, start=1)
    ]


def _parties(document: Mapping[str, Any]) -> Columns:
    roles = dict(Party.Role.choices)
    rows = tuple(
        (party["name"], party["role"] or str(roles.get(party["as"], "")), party["contribution"] or "-")
        for party in document["parties"]
    )
    return Columns(_("기관과 내는 것"), (_("기관"), _("맡은 일"), _("내는 것")), rows)


def _cost(document: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, tuple[Columns, ...]]:
    cost = document["cost"]
    if cost["mode"] == "none":
        return _("돈을 나누어 내지 않습니다."), ()
    modes = {
        "equal": _("모두 %(total)s을 똑같이 나눕니다."),
        "ratio": _("모두 %(total)s을 정한 비율로 나눕니다."),
        "amount": _("모두 %(total)s을 정한 금액으로 나눕니다."),
        "heads": _("모두 %(total)s을 사람 수대로 나눕니다."),
    }
    text = modes[cost["mode"]] % {"total": won(cost["total"])}
    if not cost["shares"]:
        return text, ()
    if cost["mode"] in ("ratio", "heads"):
        text += "\n" + _("1원 아래는 나머지가 큰 기관부터 1원씩 더해 전체와 꼭 맞춥니다.")
    rows = tuple((names[one["body"]], _said(cost["mode"], one["said"]), won(one["won"])) for one in cost["shares"])
    rows += ((_("더한 값"), "", won(sum(one["won"] for one in cost["shares"]))),)
    return text, (Columns(_("나누어 내는 돈"), (_("기관"), _("몫"), _("금액")), rows, (1, 2)),)


def _said(mode: str, said: str) -> str:
    if mode == "heads":
        return _("%(n)s명") % {"n": said}
    if mode == "ratio":
        try:
            return percent(settlement.share(said))
        except settlement.SettlementError:
            return said
    return "-"


def _rule(document: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, tuple[Columns, ...]]:
    rule = document["rule"]
    lines = [
        _("%(how)s 정해집니다.") % {"how": dict(DecisionRule.Passes.choices).get(rule["passes"], "")},
        _("목소리의 %(percent)s 이상이 참여해야 하고, 안건은 %(days)d일 동안 열립니다.")
        % {"percent": f"{rule['quorum_per_mille'] / 10:g}%", "days": rule["days"]},
    ]
    if all(one["voices"] == 1 for one in rule["voices"]):
        return "\n".join([*lines, _("기관마다 목소리는 하나입니다.")]), ()
    rows = tuple((names[one["body"]], str(one["voices"])) for one in rule["voices"])
    lines.append(_("기관마다 목소리의 수가 다릅니다. 아래 표와 같습니다."))
    return "\n".join(lines), (Columns(_("기관마다의 목소리"), (_("기관"), _("목소리")), rows, (1,)),)


def day(text: str) -> str:
    """A date as Koreans write it; '-' for none."""
    if not text:
        return "-"
    found = date.fromisoformat(text)
    return f"{found.year}. {found.month}. {found.day}."


def _term(document: Mapping[str, Any]) -> str:
    renewal = {
        "none": _("갱신하지 않습니다."),
        "agreed": _("모두 다시 합의하고 서명하면 갱신합니다."),
        "automatic": _(
            "끝나기 %(days)d일 전까지 갱신하지 않겠다고 알리는 기관이 없으면 같은 기간만큼 저절로 갱신됩니다."
        )
        % {"days": document["notice_days"]},
    }[document["renewal"]]
    term = _("%(start)s부터 %(end)s까지입니다.") % {
        "start": day(document["starts_on"]),
        "end": day(document["ends_on"]),
    }
    return f"{term}\n{renewal}"


def _data(document: Mapping[str, Any]) -> str:
    if not document["data"]:
        return _("함께 쓰는 데이터가 없습니다.")
    basis = document["data_basis"] or "-"
    return "\n".join([document["data"], _("법적 근거: %(basis)s") % {"basis": basis}])


def _after_care(document: Mapping[str, Any], names: Mapping[str, str]) -> str:
    after = document["after_care"]
    owner = names.get(after["body"] or "", "")
    return "\n".join(text for text in (owner, after["name"]) if text) or _("정한 것이 없습니다.")


def compare(before: Sequence[Clause], after: Sequence[Clause]) -> list[Compared]:
    """Clause by clause and word by word, in the order of the later version; clauses that are gone stand at the end."""
    old = {clause.key: clause for clause in before}
    found = []
    for clause in after:
        other = old.pop(clause.key, None)
        pieces = _pieces(other.whole if other else "", clause.whole)
        changed = "same" if other is not None and other.whole == clause.whole else "changed"
        state = "added" if other is None else changed
        found.append(Compared(clause.key, clause.title, state, pieces))
    found += [Compared(one.key, one.title, "gone", _pieces(one.whole, "")) for one in old.values()]
    return found


_WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 3000
"""Beyond it a clause is compared by lines: word by word would take too long."""


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    one, two = _WORDS.findall(before), _WORDS.findall(after)
    if len(one) + len(two) > MOST_WORDS:
        one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(one[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(one[a:b])))
        if d > c:
            found.append(Piece("added", "".join(two[c:d])))
    return tuple(found)
