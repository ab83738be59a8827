from django.apps import AppConfig, apps


class CoreConfig(AppConfig):
    name = "dure.core"
    label = "core"
    verbose_name = "공통"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from dure.core.accounts.factors import remember_new_factor

        # Before admin looks for what to register: core stands before it in INSTALLED_APPS.
        apps.get_app_config("admin").default_site = "dure.core.adminsite.OperatorSite"
        authenticator_added.connect(remember_new_factor, dispatch_uid="core.remember_new_factor")
