import pytest

from dure.web import doors


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("국도에 고라니가 쓰러져 있어요", "report"),
        ("우리 집 앞 가로등이 꺼졌어요", "report"),
        ("옆 공장에서 밤마다 소음이 심해요", "report"),
        ("There is a pothole on my street", "report"),
        ("전입신고", "apply"),
        ("출생신고는 어떻게 하나요", "apply"),
        ("주민등록등본 떼고 싶어요", "apply"),
        ("여권 발급", "apply"),
        ("혼자 사는 어머니가 받을 수 있는 것", "benefit"),
        ("월세 지원금 받을 수 있나요?", "benefit"),
        ("버스 노선을 이렇게 바꿔 주면 좋겠어요", "opinion"),
        ("도서관을 만들자는 제안에 찬성합니다", "opinion"),
        ("이웃 군과 함께 병원을 부르고 싶습니다", "together"),
        ("빈집을 고쳐 쓴 다른 지자체 사례", "together"),
        ("도서관은 언제 열어요", "ask"),
        ("What time does the town hall open", "ask"),
        ("음", "ask"),
    ],
)
def test_sentences_find_their_door(sentence, key):
    assert doors.choose(sentence)[0].door.key == key


def test_the_longer_word_hides_the_shorter_one():
    best = doors.choose("전입신고")[0]
    assert best.words == ("전입신고",)
    assert "신고" in doors.door("report").telling


def test_every_door_is_offered_with_its_words():
    choices = doors.choose("가로등이 꺼졌는데 어디에 신고하나요?")
    assert {choice.door.key for choice in choices} == {door.key for door in doors.DOORS}
    assert choices[0].door.key == "report"
    assert set(choices[0].words) == {"가로등", "꺼졌", "신고"}
    assert [c.score for c in choices] == sorted((c.score for c in choices), reverse=True)


def test_no_word_speaks_for_two_doors():
    words = [word for door in doors.DOORS for word in (*door.telling, *door.turns)]
    assert sorted(words) == sorted(set(words))
    assert all(word == word.lower() for word in words)
