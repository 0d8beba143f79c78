from django.db import migrations

AS_FORETOLD = """
CREATE FUNCTION kernel_as_foretold(is_so boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF is_so IS NOT TRUE THEN
        RAISE EXCEPTION 'it did not come as foretold' USING ERRCODE = 'OR001';
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_laws_bind_whoever_writes")]

    operations = [
        migrations.RunSQL(AS_FORETOLD, "DROP FUNCTION kernel_as_foretold"),
    ]
