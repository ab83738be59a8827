from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dure.web"
    label = "web"
    verbose_name = "화면"

    def ready(self) -> None:
        from dure.web import checks  # noqa: F401
