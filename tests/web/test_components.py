import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from dure.core.visibility import Reason, Withheld
from dure.web import fields
from dure.web.templatetags import dure as tags

COTTON = Path(__file__).resolve().parents[2] / "src" / "dure" / "web" / "templates" / "cotton"


def compiled(source: str) -> Template:
    """What cotton's loader does to a file."""
    return Template(CottonCompiler().process(source))


def render(source: str, **context) -> str:
    return " ".join(compiled(source).render(Context(context)).split())


def render_page(source: str, query: str = "", **context) -> str:
    request = RequestFactory().get(f"/list/{query}")
    return compiled(source).render(RequestContext(request, context))


class Sample(forms.Form):
    name = forms.CharField(label="이름", help_text="읽는 사람이 알아볼 이름")
    note = forms.CharField(label="글", widget=forms.Textarea, max_length=10, required=False)
    day = forms.DateField(label="날", widget=forms.DateInput)
    at = forms.DateTimeField(label="때", widget=forms.DateTimeInput)
    who = forms.ChoiceField(label="누가", widget=forms.RadioSelect, choices=[("a", "가"), ("b", "나")])
    some = forms.MultipleChoiceField(label="여럿", widget=forms.CheckboxSelectMultiple, choices=[("1", "하나")])
    yes = forms.BooleanField(label="그렇습니다", help_text="꼭")
    secret = forms.CharField(widget=forms.HiddenInput)
    who.hints = {"b": "나머지"}


def test_a_field_joins_label_hint_and_error():
    form = Sample({"name": ""})
    html = render('<c-field :field="form.name" />', form=form)
    assert '<label for="id_name">이름</label>' in html
    assert '<p class="hint" id="id_name_hint">읽는 사람이 알아볼 이름</p>' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div id="id_name_error">' in html
    assert "(선택)" not in html


def test_what_was_typed_stays_and_is_escaped():
    form = Sample({"name": 'x"><script>', "note": "가" * 11})
    html = render('<c-field :field="form.name" /><c-field :field="form.note" />', form=form)
    assert 'value="x&quot;&gt;&lt;script&gt;"' in html
    assert "가" * 11 + "</textarea>" in html
    assert "11 / 10" in html


def test_the_component_may_change_label_and_hint_and_hand_on_attributes():
    html = render(
        '<c-field :field="form.name" label="다른 이름" hint="다른 말" hx-get="/similar/" :data-x="value" />',
        form=Sample(),
        value='a"b<c',
    )
    assert ">다른 이름</label>" in html
    assert ">다른 말</p>" in html
    assert 'hx-get="/similar/"' in html
    assert 'data-x="a&quot;b&lt;c"' in html


def test_a_limit_that_is_only_a_guard_has_no_counter():
    class Roomy(forms.Form):
        text = forms.CharField(widget=forms.Textarea, max_length=100_000)

    assert "counter" not in render('<c-field :field="form.text" />', form=Roomy())
    Roomy.base_fields["text"].max_length = 500
    assert "/ 500" in render('<c-field :field="form.text" />', form=Roomy())


def test_dates_get_the_browsers_picker_and_its_format():
    form = Sample(initial={"day": date(2026, 11, 21)})
    html = render('<c-field :field="form.day" /><c-field :field="form.at" />', form=form)
    assert 'type="date" name="day" value="2026-11-21"' in html
    assert 'type="datetime-local"' in html
    assert type(form.fields["day"].widget).input_type == "text"


def test_a_browsers_date_and_time_are_understood():
    form = Sample({"day": "2026-11-21", "at": "2026-11-21T14:05"})
    form.is_valid()
    assert "day" not in form.errors
    assert "at" not in form.errors


def test_groups_are_fieldsets_and_errors_belong_to_the_group():
    form = Sample({"who": "nobody"})
    html = render('<c-field :field="form.who" look="cards" />', form=form)
    assert re.search(r'<fieldset class="field" id="id_who" aria-describedby="id_who_error">', html)
    assert "<legend>누가</legend>" in html
    assert html.count('type="radio"') == 2
    assert "나<small>나머지</small>" in html
    assert 'class="picks picks-cards"' in html


def test_a_single_tick_and_a_hidden_field():
    html = render('<c-field :field="form.yes" /><c-field :field="form.secret" />', form=Sample())
    assert 'aria-describedby="id_yes_hint"' in html
    assert '<input type="hidden" name="secret" id="id_secret">' in html
    assert html.count("<label") == 1


def test_the_summary_links_to_every_wrong_field_in_order():
    form = Sample({"name": "", "who": "nobody"})
    form.is_valid()
    form.add_error(None, "함께는 안 됩니다")
    found = fields.errors(form)
    assert found[0] == ("", "", "함께는 안 됩니다")
    assert [target for target, _, _ in found[1:]] == [
        "id_name",
        "id_day",
        "id_at",
        "id_who_0",
        "id_some_0",
        "id_yes",
        "",
    ]
    html = render('<c-form-errors :form="form" />', form=form)
    assert 'role="alert" tabindex="-1" data-focus' in html
    assert "8곳을 고쳐 주세요" in html
    assert '<a href="#id_who_0">누가</a>' in html


def test_no_summary_without_errors():
    assert render('<c-form-errors :form="form" />', form=Sample()) == ""


def test_the_summary_of_a_formset():
    formset = forms.formset_factory(Sample, extra=2)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-note": "x"}
    )
    targets = [target for target, _, _ in fields.errors(formset)]
    assert "id_form-1-name" in targets
    assert "id_form-0-name" not in targets


def test_extra_attributes_are_escaped_whatever_they_hold():
    html = render(
        '<c-button :title="x" :data-y="y" disabled_reason="no">보내기</c-button>', x='" onclick="evil()', y="<b>'"
    )
    assert 'title="&quot; onclick=&quot;evil()"' in html
    assert 'data-y="&lt;b&gt;&#x27;"' in html


def test_no_component_prints_its_attributes_unescaped():
    for path in COTTON.glob("*.html"):
        assert not re.search(r"\{\{\s*attrs\s*\}\}", path.read_text()), path.name


def test_every_component_names_what_it_takes_and_says_what_it_is():
    for path in COTTON.glob("*.html"):
        source = path.read_text()
        assert source.count("<c-vars") == 1, path.name
        assert "{% comment %}" in source, path.name


@pytest.mark.parametrize(
    ("kind", "attributes", "css"), [("a", 'href="/x/" kind="text"', "btn-text"), ("button", "", "btn-primary")]
)
def test_a_button_is_a_button_or_a_link(kind, attributes, css):
    html = render(f"<c-button {attributes}>가기</c-button>")
    assert html.startswith(f"<{kind} ")
    assert css in html
    assert ("type=" in html) == (kind == "button")


def test_withheld_says_why_who_and_until_when():
    held = Withheld("partners", Reason.TRADE_SECRET, date(2027, 2, 1), None, date(2026, 11, 1))
    html = render('<c-withheld :of="held" what="파일 1개" who="가람군" />', held=held)
    text = re.sub(r"<[^>]+>", "", html)
    assert "파일 1개 · 공개되지 않음 · 까닭: 경영·영업상 비밀 · 결정: 가람군 · 다시 볼 날: 2027. 2. 1. (월)" in text


def test_steps_say_where_they_are():
    html = render('<c-steps :items="steps" :at="2" />', steps=["요청", "제안", "협약"])
    assert '<li class="done">요청<span class="hidden-text"> 마침</span></li>' in html
    assert '<li aria-current="step">제안</li>' in html
    small = render('<c-steps :items="steps" :at="2" bar="1" />', steps=["요청", "<제안>", "협약"])
    assert 'aria-label="3단계 가운데 2단계: &lt;제안&gt;"' in small
    assert small.count("class=on") == 2


def test_paging_keeps_the_rest_of_the_address():
    page = Paginator(range(100), 10).page(3)
    html = render_page('<c-pages :page="page" />', "?q=%EB%B9%88%EC%A7%91&page=3", page=page)
    assert '<a rel="next" href="?q=%EB%B9%88%EC%A7%91&amp;page=4">' in html
    assert '<span aria-current="page">3</span>' in html
    assert render('<c-pages :page="page" />', page=Paginator([], 10).page(1)) == ""


def test_keyset_paging_shows_only_what_there_is():
    html = render('<c-pages next="?after=9" />')
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_a_search_keeps_filters_and_drops_the_page():
    html = render_page('<c-search :value="q" />', "?q=x&field=a&field=b&page=4", q='"빈집"')
    assert 'name="field" value="a"' in html
    assert 'name="field" value="b"' in html
    assert 'name="page"' not in html
    assert 'value="&quot;빈집&quot;"' in html


def test_bars_are_a_table_with_every_number():
    html = render('<c-bars :rows="rows" caption="분야별" unit="건" />', rows=[("생활", 1200, "/x/"), ("안전", 0)])
    assert '<caption class="hidden-text">분야별</caption>' in html
    assert '<th scope="row"><a href="/x/">생활</a></th>' in html
    assert '<td class="num">1,200</td>' in html
    assert 'width="0.0"' in html


def test_a_confirming_form_carries_the_token_inside_an_inclusion():
    html = render('<c-confirm action="/x/" text="정말요?">지우기</c-confirm>', csrf_token="a" * 32)
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'data-confirm="정말요?"' in html


def test_an_empty_list_offers_the_next_step():
    html = render(
        '<c-empty title="없습니다">곧 생깁니다.<c-slot name="actions"><a href="/x/">만들기</a></c-slot></c-empty>'
    )
    assert "없습니다" in html
    assert "곧 생깁니다." in html
    assert '<a href="/x/">만들기</a>' in html


def test_html_attrs_leaves_out_what_is_not_there():
    assert tags.html_attrs({"a": None, "b": False, "c": True, "d": ""}) == "c d"
