import gettext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import trans_real

from dure.web import catalogue
from dure.web.catalogue import Key

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

LABEL = gettext_lazy("이름")
JOINED = _("한 "
           "문장")
COUNT = ngettext("%(n)d건", "%(n)d건", n)
IN_CONTEXT = pgettext("때", "해")
"""
TEMPLATE = """{% load i18n %}
<c-card title="{% translate "카드" %}" :items="items">{% comment %}주석은 괜찮음{% endcomment %}
<p>{% blocktranslate with who=body.name %}{{ who }}의 일{% endblocktranslate %}</p>
{% blocktranslate count n=k %}{{ n }}개{% plural %}{{ n }}개{% endblocktranslate %}{# 이것도 #}
{{ value|default:_("없음") }} {% translate "100% 함께" %}
</c-card>
"""


@pytest.fixture
def room(tmp_path):
    (tmp_path / "templates" / "sample").mkdir(parents=True)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "pages.py").write_text(PYTHON)
    (tmp_path / "migrations" / "0001.py").write_text('from x import gettext as _\n_("옮김")\n')
    (tmp_path / "templates" / "sample" / "page.html").write_text(TEMPLATE)
    return catalogue.RoomFiles("sample", tmp_path)


def test_it_finds_every_string_once_and_whole(room):
    found = catalogue.find(room)
    assert found.faults == []
    assert set(found.places) == {
        Key("이름"),
        Key("한 문장"),
        Key("%(n)d건", "%(n)d건"),
        Key("해", "", "때"),
        Key("카드"),
        Key("%(who)s의 일"),
        Key("%(n)s개", "%(n)s개"),
        Key("없음"),
        Key("100%% 함께"),
    }
    assert found.places[Key("카드")] == {"templates/sample/page.html"}


def test_indentation_that_python_would_refuse_is_no_matter(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "<p>\n      {% if x %}\n   <b>\n {% translate '가' %}\n     {% endif %}\n"
    )
    assert set(catalogue.find(catalogue.RoomFiles("sample", tmp_path)).places) == {Key("가")}


def forget_read_catalogues():
    """Django and Python keep what they have read."""
    gettext._translations.clear()
    trans_real._translations.clear()
    trans_real._default = None


@pytest.mark.slow
def test_what_packages_do_not_say_in_korean_we_say():
    call_command("messages", "--compile", verbosity=0)
    forget_read_catalogues()
    with translation.override("ko"):
        assert translation.gettext("Activate Authenticator App") == "인증 앱 쓰기"
        assert translation.gettext("Sign In") != "Sign In"


def translate(room, english):
    found = catalogue.find(room)
    catalogue.update(room, found, english)
    return found


ENGLISH = {
    Key("이름"): ("Name",),
    Key("한 문장"): ("One sentence",),
    Key("%(n)d건", "%(n)d건"): ("one case", "%(n)d cases"),
    Key("해", "", "때"): ("year",),
    Key("카드"): ("Card",),
    Key("%(who)s의 일"): ("%(who)s's matter",),
    Key("%(n)s개", "%(n)s개"): ("%(n)s piece", "%(n)s pieces"),
    Key("없음"): ("none",),
    Key("100%% 함께"): ("100%% together",),
}


def test_a_full_catalogue_is_in_order_and_stays_as_it_is(room):
    found = translate(room, ENGLISH)
    assert catalogue.check(room, found) == []
    before = room.po().read_text()
    assert catalogue.update(room, found, {}) == 0
    assert room.po().read_text() == before


def test_a_new_string_is_missed_then_written_down_then_missed_in_english(room):
    translate(room, ENGLISH)
    (room.folder / "more.py").write_text('from x import gettext as _\n_("새 말")\n')
    found = catalogue.find(room)
    assert ["not in the catalogue" in fault for fault in catalogue.check(room, found)] == [True]
    assert catalogue.update(room, found, {}) == 1
    assert ["no English" in fault for fault in catalogue.check(room, found)] == [True]


def test_what_is_gone_is_obsolete_until_taken_out(room):
    translate(room, ENGLISH)
    (room.folder / "templates" / "sample" / "page.html").write_text("")
    found = catalogue.find(room)
    assert len([f for f in catalogue.check(room, found) if "obsolete" in f]) == 5
    catalogue.update(room, found, {})
    assert catalogue.check(room, found) == []


def test_a_fuzzy_string_is_a_fault(room):
    found = translate(room, ENGLISH)
    room.po().write_text(room.po().read_text().replace('msgid "이름"', '#, fuzzy\nmsgid "이름"'))
    assert any("fuzzy" in fault for fault in catalogue.check(room, found))


@pytest.mark.parametrize(
    ("korean", "english", "singular", "fault"),
    [
        ("%(n)d건", "%(n)d cases", False, None),
        ("%(n)d건", "%(m)d cases", False, "placeholders differ"),
        ("%(n)d건", "cases", False, "placeholders differ"),
        ("%(n)d건", "one case", True, None),
        ("%(a)s과 %(b)s", "%(b)s and %(a)s", False, None),
        ("{n}건", "{m} cases", False, "placeholders differ"),
        ("100%% 함께", "100%% together", False, None),
        ("<b>가</b>", "<b>a</b>", False, None),
        ("<b>가</b>", "a", False, "HTML tags differ"),
        ("가", "가 (ga)", False, "Korean in the English"),
        ("가 ", "a", False, "space at an end differs"),
    ],
)
def test_faults_of_a_translation(korean, english, singular, fault):
    found = list(catalogue.faults_of(Key(korean), english, singular=singular))
    assert (found == []) if fault is None else (len(found) == 1 and fault in found[0])


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("<p>가나</p>", ["가나</p>"]),
        ("{{ x|default:'없음' }}", ["없음'"]),
        ('{% include "x.html" with label="이름" %}', ['이름"']),
        ('<c-card title="제목" />', ['제목" />']),
        ('{% include "x.html" with label=_("이름") %}', []),
        ('<c-card title="{% translate "제목" %}" />', []),
        ("{# 가 #}{% comment %}나{% endcomment %}{% blocktranslate %}다{% endblocktranslate %}", []),
    ],
)
def test_korean_outside_translate_tags_is_found(source, bare):
    assert [text for _, text in catalogue.bare_hangul(source)] == bare


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ('_(f"{n}건")', 1),
        ('_("%s건" % n)', 1),
        ('_("{}건".format(n))', 1),
        ('raise Refused("invalid", "안 됩니다")', 1),
        ('raise ValidationError("안 됩니다")', 1),
        ('messages.success(request, f"{n}건 보냈습니다")', 1),
        ('forms.CharField(label="이름")', 1),
        ('raise Refused("invalid", _("안 됩니다"))', 0),
        ('forms.CharField(label=_("이름"))', 0),
        ("_(label)", 0),
        ('log.info("한글 기록")', 0),
        ("from django.utils.translation import gettext as _g", 1),
        ("from django.utils.translation import ngettext as _", 1),
        ("from django.utils.translation import gettext_lazy as _, ngettext, get_language", 0),
    ],
)
def test_korean_for_people_outside_gettext_is_found(source, faults, tmp_path):
    (tmp_path / "code.py").write_text(source)
    assert len(catalogue.find(catalogue.RoomFiles("sample", tmp_path)).faults) == faults


def test_a_string_without_korean_is_a_fault(tmp_path):
    (tmp_path / "code.py").write_text('_("Name")\n_("CSV")\n_("%(a)s: %(b)s")')
    room = catalogue.RoomFiles("sample", tmp_path)
    found = translate(room, {Key("Name"): ("Name",), Key("CSV"): ("CSV",), Key("%(a)s: %(b)s"): ("%(a)s: %(b)s",)})
    assert [fault for fault in catalogue.check(room, found) if "not Korean" in fault] == [
        "sample: not Korean: 'Name' (code.py)"
    ]


def test_our_versions_of_a_packages_templates_are_the_packages_to_translate(tmp_path):
    folder = tmp_path / "templates" / "account"
    folder.mkdir(parents=True)
    (folder / "login.html").write_text(
        "{% translate 'Sign In' %}{% translate '어서 오세요' %}{% translate 'Never said' %}"
    )
    room = catalogue.RoomFiles("sample", tmp_path)
    found = translate(room, {Key("어서 오세요"): ("Welcome",)})
    assert set(found.places) == {Key("어서 오세요")}
    assert ["Never said" in fault for fault in catalogue.check(room, found)] == [True]


def test_two_rooms_may_not_translate_the_same_words_differently(tmp_path):
    rooms = []
    for name, english in (("one", "Call"), ("two", "Request")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "code.py").write_text('_("요청")')
        room = catalogue.RoomFiles(name, folder)
        translate(room, {Key("요청"): (english,)})
        rooms.append(room)
    assert catalogue.conflicts(rooms) == ["two: other English than in one: '요청'"]
    assert catalogue.conflicts(rooms[:1]) == []


def test_compiled_catalogues_speak_both_languages(room):
    found = translate(room, ENGLISH)
    catalogue.compile_room(room, found)
    for language, name, two in (("en", "Name", "2 cases"), ("ko", "이름", "2건")):
        spoken = trans_real.gettext_module.translation("django", room.folder / "locale", [language])
        assert spoken.gettext("이름") == name
        assert spoken.ngettext("%(n)d건", "%(n)d건", 2) % {"n": 2} == two


def test_korean_stays_korean_where_the_installation_speaks_english(settings):
    """Django falls back from a language to the installation's own; a Korean catalogue of Korean keeps it from that."""
    settings.LANGUAGE_CODE = "en"
    forget_read_catalogues()
    try:
        with translation.override("ko"):
            assert translation.gettext("무엇을 도와드릴까요?") == "무엇을 도와드릴까요?"
        with translation.override("en"):
            assert translation.gettext("무엇을 도와드릴까요?") == "How can we help?"
    finally:
        settings.LANGUAGE_CODE = "ko"
        forget_read_catalogues()


def test_the_shell_is_in_korean_and_english():
    call_command("messages", "web", stdout=StringIO())


def test_the_command_names_an_unknown_room():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("messages", "nowhere")


def test_no_catalogue_holds_positions_that_two_branches_would_quarrel_over():
    for path in (Path(__file__).resolve().parents[2] / "src").rglob("django.po"):
        assert "POT-Creation-Date" not in path.read_text()
