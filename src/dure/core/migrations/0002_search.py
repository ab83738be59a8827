"""The table of search documents and what finds them: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

The full text is no model: Django has none that works on both. A later migration that makes SQLite copy the table must
make the trigger again (tests/core/test_search.py looks for it).
"""

import dure.core.clock
from django.db import migrations, models

SQLITE = [
    """CREATE VIRTUAL TABLE core_searchindex USING fts5(
        lexemes, detail=none, columnsize=0, tokenize="ascii tokenchars '=~@#_-'"
    )""",
    """CREATE TRIGGER core_searchdocument_gone AFTER DELETE ON core_searchdocument BEGIN
        DELETE FROM core_searchindex WHERE rowid = OLD.id;
    END""",
]
POSTGRESQL = [
    "ALTER TABLE core_searchdocument ADD COLUMN lexemes tsvector",
    "CREATE INDEX core_search_lexemes ON core_searchdocument USING gin (lexemes) WITH (fastupdate = off)",
]


def make_index(apps, editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(editor.connection.vendor)
    if statements is None:
        raise RuntimeError(f"search knows SQLite and PostgreSQL, not {editor.connection.vendor}")
    for statement in statements:
        editor.execute(statement)


def drop_index(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER core_searchdocument_gone")
        editor.execute("DROP TABLE core_searchindex")


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('urn', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('area', models.CharField(blank=True, max_length=5)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('updated', models.DateTimeField(default=dure.core.clock.now)),
                ('title', models.TextField()),
                ('title_words', models.TextField(blank=True)),
                ('title_spans', models.BinaryField(default=bytes)),
                ('body_words', models.TextField(blank=True)),
                ('body_spans', models.BinaryField(default=bytes)),
                ('body', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'updated'], name='core_search_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='core_search_ends_later')],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
