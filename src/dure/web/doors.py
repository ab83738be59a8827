"""The six doors of the front page, and which of them a sentence belongs to.

The first version reads words: each door has a list of word beginnings that speak for it. A longer one is found
first and hides the shorter ones inside it (`전입신고` is an application, though `신고` alone is a report). The reason
is always shown, and every other door stays one tap away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(", ") if word)


TELLING, TURN = 3, 1


@dataclass(frozen=True)
class Today:
    """What somebody can do until the door is open: an office that exists, with its address or number."""

    name: str | Promise
    what: str | Promise
    url: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Door:
    """`telling` words speak for the door; `turns` of phrase do too, with a third of the weight."""

    key: str
    label: str | Promise
    line: str | Promise
    path: str
    icon: str
    about: str | Promise
    today: tuple[Today, ...] = ()
    telling: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    takes: str = "q"

    @property
    def open(self) -> bool:
        """Some room answers at this door's path, and not only the notice that it will."""
        return is_open(self.path)


@cache
def is_open(path: str) -> bool:
    try:
        return resolve(path).app_name != "web"
    except Resolver404:
        return False


CALL_110 = Today(_("정부민원안내 110"), _("어느 기관 일인지 몰라도 전화 한 통으로 물을 수 있습니다."), phone="110")
EPEOPLE = Today(_("국민신문고"), _("민원과 제안을 인터넷으로 낼 수 있습니다."), url="https://www.epeople.go.kr/")

DOORS = (
    Door(
        "ask",
        _("물어보기"),
        _("우리 동네 기준으로, 출처와 함께"),
        "/ask/",
        "ask",
        _(
            "한 문장으로 물으면 나라와 우리 동네의 답을 출처와 함께 바로 보여 드립니다. 모르는 것은 "
            "담당자에게 이어 드립니다."
        ),
        (CALL_110,),
        telling=_words("궁금, 알고 싶, 알려 주, 알려줘, 문의, how do i, where can i, when is, what is"),
        turns=_words("언제, 어디, 어떻게, 얼마, 무엇, 무슨, 뭐, 누구, 왜, 나요, 까요, how, when, where, what"),
    ),
    Door(
        "report",
        _("알리기"),
        _("어디 담당인지 몰라도 됩니다"),
        "/reports/",
        "report",
        _(
            "사진과 자리, 한마디면 됩니다. 맡을 기관을 까닭과 함께 찾아 보내고, 풀릴 때까지 링크 하나로 "
            "지켜볼 수 있습니다."
        ),
        (
            Today(
                _("안전신문고"),
                _("도로, 시설물, 생활 불편을 사진과 함께 알릴 수 있습니다."),
                url="https://www.safetyreport.go.kr/",
            ),
            Today(
                _("정부민원안내 110"),
                _("급하지 않은 신고를 대신 이어 줍니다. 위급하면 112, 119로 전화해 주세요."),
                phone="110",
            ),
        ),
        telling=_words(
            "신고, 고장, 꺼졌, 꺼져, 깨졌, 깨져, 부서, 파손, 쓰러, 무너, 막혔, 막혀, 새요, 샌다, 누수, 넘쳐, 악취, "
            "냄새, 소음, 시끄, 불법, 무단투기, 쓰레기를 버, 포트홀, 구멍, 패였, 파였, 사체, 로드킬, 죽어 있, 위험, "
            "불편, 가로등, 보안등, 신호등, 맨홀, 방치, 침수, 떨어질 것, 벌집, 들개, broken, pothole, street light, "
            "streetlight, illegal, noise, smell, dead animal, leak, report a"
        ),
        takes="text",
    ),
    Door(
        "apply",
        _("신청하기"),
        _("아는 것은 다시 묻지 않습니다"),
        "/services/",
        "apply",
        _("여러 기관의 일을 한자리에서 찾고, 동의하신 만큼 미리 채워서 1분 안에 냅니다. 종이와 창구로도 이어집니다."),
        (
            Today(_("정부24"), _("증명서 발급과 대부분의 민원을 신청할 수 있습니다."), url="https://www.gov.kr/"),
            CALL_110,
        ),
        telling=_words(
            "신청, 발급, 증명서, 등본, 초본, 전입신고, 출생신고, 혼인신고, 사망신고, 확정일자, 여권, 면허, 등록하, "
            "허가, 예약, 접수, 서류, 떼, 대형폐기물, 주차권, apply, certificate, passport, permit, register, booking"
        ),
        takes="text",
    ),
    Door(
        "benefit",
        _("혜택 찾기"),
        _("3분, 이름 없이"),
        "/benefits/",
        "benefit",
        _(
            "가구의 형편을 이름 없이 적으면 나라·시도·시군구의 혜택 가운데 받을 수 있는 것을 금액과 "
            "까닭까지 보여 드립니다."
        ),
        (
            Today(_("복지로"), _("복지 혜택을 찾아보고 모의로 셈해 볼 수 있습니다."), url="https://www.bokjiro.go.kr/"),
            Today(_("보건복지상담센터 129"), _("형편을 말하면 받을 수 있는 것을 알려 줍니다."), phone="129"),
        ),
        telling=_words(
            "받을 수 있는, 받을 수 있, 지원금, 지원받, 지원 받, 혜택, 수당, 급여, 보조금, 장려금, 바우처, 감면, "
            "기초생활, 차상위, 연금, 혼자 사는, 생활비, 월세, 의료비, 장학금, benefit, allowance, subsidy, eligible, "
            "entitled"
        ),
    ),
    Door(
        "opinion",
        _("의견 내기"),
        _("휴대전화로 1분"),
        "/topics/",
        "opinion",
        _(
            "지금 이야기하는 의제에 한마디를 보태고, 서로 무엇에 뜻이 모이고 어디서 갈리는지 봅니다. "
            "제안은 끝까지 따라갈 수 있습니다."
        ),
        (EPEOPLE,),
        telling=_words(
            "의견, 제안합, 제안하, 건의, 찬성, 반대, 생각합, 생각해, 바꿔, 고쳐 주, 만들어 주, 좋겠, 하자, opinion, "
            "i think, propose, suggest"
        ),
        takes="text",
    ),
    Door(
        "together",
        _("함께 푸는 일"),
        _("기관들이 열어 놓고 함께하는 일"),
        "/collaborations/",
        "together",
        _(
            "한 기관이 풀 수 없는 일을 여러 기관과 기업, 주민이 열어 놓고 함께 풉니다. 누구나 보고 의견을 "
            "낼 수 있습니다."
        ),
        (),
        telling=_words(
            "협업, 협력, 함께 , 같이 하, 공동, 협약, 사례, 다른 지자체, 다른 시, 다른 군, 이웃 군, 이웃 시, 기관, "
            "지자체, 행정협의회, collaborat, together, partner, jointly"
        ),
    ),
)

LATER = (
    Door(
        "map",
        _("지도"),
        _("한 장에서 보는 우리 동네"),
        "/map/",
        "place",
        _("여러 부서의 자료를 한 지도에서 봅니다. 같은 내용을 표로도 봅니다."),
        (Today(_("브이월드"), _("국토교통부의 공간정보를 지도로 볼 수 있습니다."), url="https://www.vworld.kr/"),),
    ),
)

LIBRARY_WORDS = ("사례", "어떻게 했", "다른 지자체", "다른 시", "다른 군", "연구", "case", "example")


@dataclass(frozen=True)
class Choice:
    """A door for a sentence. `words` are those in it that spoke for the door; none: it is the door for everything."""

    door: Door
    words: tuple[str, ...]
    score: int


def door(key: str) -> Door:
    """The door of that key; KeyError if there is none."""
    return next(d for d in (*DOORS, *LATER) if d.key == key)


@cache
def _lexicon() -> tuple[tuple[str, str, int], ...]:
    words = [(word, d.key, TELLING) for d in DOORS for word in d.telling]
    words += [(word, d.key, TURN) for d in DOORS for word in d.turns]
    return tuple(sorted(words, key=lambda entry: (-len(entry[0]), entry[0])))


def choose(sentence: str) -> list[Choice]:
    """All doors, the best for this sentence first. The score is the weight of the words found, 0 and up.

    Without any telling word the first is asking: somebody there can pass it on.
    """
    text = re.sub(r"\s+", " ", sentence.lower()).strip() + " "
    score = dict.fromkeys((d.key for d in DOORS), 0)
    words: dict[str, list[str]] = {d.key: [] for d in DOORS}
    for word, key, weight in _lexicon():
        if word in text:
            score[key] += weight
            words[key].append(word.strip())
            text = text.replace(word, "\0")
    order = {d.key: place for place, d in enumerate(DOORS)}
    ranked = sorted(DOORS, key=lambda d: (-score[d.key], order[d.key]))
    return [Choice(d, tuple(words[d.key]), score[d.key]) for d in ranked]


def about_cases(sentence: str) -> bool:
    """The sentence asks for what others did: the library answers that."""
    text = sentence.lower()
    return any(word in text for word in LIBRARY_WORDS)
