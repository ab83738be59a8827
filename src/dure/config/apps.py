from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "dure.config"
    label = "config"
    verbose_name = "설치"
