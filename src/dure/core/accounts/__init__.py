"""Who somebody is: signing up and in, second factors, sessions, lock-out. Built on django-allauth, whose pages are
restyled and whose doors are narrowed here; see docs/accounts.md."""
