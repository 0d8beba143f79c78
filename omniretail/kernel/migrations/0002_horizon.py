from django.db import migrations

from omniretail.kernel.horizon import FUNCTION


class Migration(migrations.Migration):

    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION kernel_horizon")]
