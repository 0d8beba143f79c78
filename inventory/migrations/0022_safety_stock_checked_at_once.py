from django.db import migrations

LEVEL_OF_A_CHANGE = "inventory_safetystoc_level_id_9eae6b72_fk_inventory"


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0021_lots_by_one_plan"),
    ]

    operations = [
        # A trigger writes the changes row by row. Put off to the end of the transaction,
        # their checks queue up, and every row looks through the queue.
        migrations.RunSQL(
            f"ALTER TABLE inventory_safetystockchange ALTER CONSTRAINT {LEVEL_OF_A_CHANGE}"
            " DEFERRABLE INITIALLY IMMEDIATE",
            f"ALTER TABLE inventory_safetystockchange ALTER CONSTRAINT {LEVEL_OF_A_CHANGE}"
            " DEFERRABLE INITIALLY DEFERRED",
        ),
    ]
