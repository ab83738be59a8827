from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "dure.collaboration"
    label = "collaboration"
    verbose_name = "협업"
