"""The result as a document: PDF/UA in the language of the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dure.benefits import guide, shown
from dure.benefits.speaking import rule_language
from dure.benefits.told import Told
from dure.core.refused import Refused
from dure.engines import paperwork
from dure.engines.paperwork import Heading, Paper, Paragraph, Table
from dure.engines.rules.ruleset import Day


def result_pdf(told: Told, day: Day, language: str, version: str) -> bytes:
    """Refused `conflict` where the fonts are not installed."""
    family, beside = settings.FONTS_BESIDE.get(language, ("", settings.FONT_DIR))
    if not settings.FONT_DIR.is_dir() or not beside.is_dir():
        raise Refused("conflict", _("문서를 만들 글꼴이 없어 지금은 PDF를 만들 수 없습니다. 인쇄 화면을 써 주세요."))
    with translation.override(language):
        paper = _paper(told, day, rule_language(language), version)
    if not family:
        return paperwork.to_pdf(paper, font_paths=[settings.FONT_DIR])
    weights = [beside / "400Regular", beside / "700Bold"]
    return paperwork.to_pdf(replace(paper, fonts=(family,)), font_paths=[*weights, settings.FONT_DIR])


def _paper(told: Told, day: Day, lang: str, version: str) -> Paper:
    found = shown.result(told, guide.asking(told, day), day, lang)
    blocks: list[Any] = [Heading(_("받을 수 있습니다"))]
    rows = [row for card in found.yes for row in _rows(card)]
    if rows:
        head = (_("혜택"), _("누구"), _("언제마다"), _("금액"))
        blocks.append(Table(_("받을 수 있는 혜택"), head, tuple(rows), right=(3,)))
        low, high = found.month
        year_low, year_high = found.year
        month = _("한 달 합계 %(low)s") % {"low": _span(low, high)}
        blocks.append(Paragraph(f"{month} · {_('한 해 합계 %(low)s') % {'low': _span(year_low, year_high)}}"))
    else:
        blocks.append(Paragraph(_("지금 적으신 것으로는 받을 수 있다고 정해진 혜택이 없습니다.")))
    for card in found.yes:
        blocks.append(Heading(card.name, 2))
        if card.to_check:
            blocks.append(Paragraph(_("확인 필요: %(what)s") % {"what": " · ".join(card.to_check)}))
        for note in card.notes:
            blocks.append(Paragraph(note))
        said = [
            (_("신청하는 곳"), " · ".join(card.facts.channels) or card.by),
            (_("가져갈 것"), " · ".join(card.facts.documents)),
            (_("언제까지"), card.facts.deadline),
            (_("받는 때"), card.facts.period),
        ]
        blocks += [Paragraph(f"{name}: {value}") for name, value in said if value]
    if found.replaced:
        blocks.append(Heading(_("다른 혜택이 대신합니다")))
        blocks += [Paragraph(" — ".join([card.name, *card.notes])) for card in found.replaced]
    if found.open:
        blocks.append(Heading(_("더 알아야 정해집니다")))
        blocks += [Paragraph(f"{card.name} — {card.ask or _('기준을 확인해야 합니다')}") for card in found.open]
    if found.near:
        blocks.append(Heading(_("지금은 아닙니다")))
        for card in found.near:
            reasons = "; ".join(" ".join([why.words, why.distance]).strip() for why in card.lines[0].why)
            blocks.append(Paragraph(f"{card.name} — {reasons}"))
    blocks.append(Paragraph(_("적으신 것만으로 셈한 어림입니다. 실제 결정은 신청을 받은 기관이 합니다.")))
    return Paper(
        title=_("혜택 찾기 결과"),
        subtitle=day.on.isoformat(),
        blocks=tuple(blocks),
        footer=f"{settings.SITE_URL}/benefits/ · {version}",
        language=lang,
    )


def _rows(card: shown.Card) -> list[tuple[str, str, str, str]]:
    rows = [
        (card.name, line.who, f"{money.per}", _amount(money))
        for line in card.lines
        for money in line.money
    ]  # fmt: skip
    return rows or [(card.name, "", "", "")]


def _amount(money: shown.Money) -> str:
    if money.kind == "in_kind":
        return " ".join(one for one in (money.label, money.low) if one)
    return _span(money.low, money.high) or _("정해지지 않음")


def _span(low: str, high: str) -> str:
    return low if not high or high == low else f"{low} ~ {high}"


__all__ = ["result_pdf"]
