import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import override_settings

from dure.config import accounts
from dure.core import passwords
from dure.core.models import Person


def why(password, **person):
    with pytest.raises(ValidationError) as caught:
        validate_password(password, Person(**person) if person else None)
    return {error.code for error in caught.value.error_list}


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "1234567890123",
        "1990-01-01!",
        "P@ssw0rd123",
        "qlalfqjsgh12",
        "tkfkdgotkfkdgo",
        "dkssudgktpdy1",
        "두레두레두레두레",
    ],
)
def test_guessable_ones_are_refused(password):
    assert "password_too_weak" in why(password)


@pytest.mark.parametrize(
    "password", ["느티나무 아래 파란 우산 셋", "correct horse battery staple!", "Vq7-mZp2-kLw9", "강건너은빛버드나무길"]
)
def test_good_ones_pass_without_rules_on_characters(password):
    validate_password(password, Person(name="하나", email="hana@example.com"))


def test_short_and_long_ones():
    assert why("Vq7-mZp2") >= {"password_too_short"}
    assert why("가" * 129) >= {"password_too_long"}
    validate_password("느티나무 아래 파란 우산 셋 " * 8)


def test_ones_own_name_and_address_do_not_count():
    validate_password("ganghanbyeol-kim")
    assert why("ganghanbyeol-kim", name="Kim", email="ganghanbyeol@example.com") == {"password_too_weak"}


def test_words_of_one_person_are_not_kept_for_the_next():
    passwords.estimate("x", ["ganghanbyeol"])
    import zxcvbn

    assert zxcvbn.matching.RANKED_DICTIONARIES["user_inputs"] == {}


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_password_is_nobodys_own(settings, demo):
    settings.DEMO = demo
    assert "password_of_demo" in why(settings.DEMO_PASSWORD)


def test_the_advice_is_in_the_persons_language():
    with pytest.raises(ValidationError) as caught:
        validate_password("abcdefghijkl")
    assert "차례대로 이어지는" in " ".join(caught.value.messages)


def test_passwords_are_kept_as_argon2():
    with override_settings(PASSWORD_HASHERS=accounts.settings(local=True)["PASSWORD_HASHERS"]):
        assert make_password("느티나무").startswith("argon2$argon2id$")
