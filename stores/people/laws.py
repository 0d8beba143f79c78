"""What must hold of people and devices."""

from omniretail.kernel.laws import Row, rows_of


def acts_outside_the_actors_stores() -> list[Row]:
    """Audit entries of staff in a store where they had no assignment that day (A1)."""
    return rows_of(
        """
        SELECT a.id, a.at, a.actor_key, a.store, a.action, a.subject
          FROM kernel_auditentry a
          LEFT JOIN stores_store s ON s.code = a.store
         CROSS JOIN LATERAL (
               SELECT (a.at AT TIME ZONE coalesce(s.time_zone, 'UTC'))::date AS day
           ) AS local
         WHERE a.actor_kind = 'staff'
           AND NOT EXISTS (
               SELECT FROM stores_storeassignment w
                 JOIN stores_employee e ON e.id = w.employee_id
                WHERE e.code = a.actor_key
                  AND (w.store_id IS NULL OR w.store_id = s.id)
                  AND w.starts_on <= local.day
                  AND (w.ends_on IS NULL OR w.ends_on >= local.day)
           )
        """
    )


def usable_access_of_the_dismissed() -> list[Row]:
    """Live sessions and tokens of disabled people and unpaired devices (A3)."""
    return rows_of(
        """
        SELECT 'session' AS what, x.id, e.code AS who
          FROM stores_staffsession x
          JOIN stores_employee e ON e.id = x.employee_id
          JOIN kernel_user u ON u.id = e.user_id
          JOIN stores_device d ON d.id = x.device_id
         WHERE x.ended_at IS NULL
           AND (NOT e.is_active OR NOT u.is_active OR d.unpaired_at IS NOT NULL)
        UNION ALL
        SELECT 'token', t.id, u.username
          FROM oauth2_provider_accesstoken t
          JOIN kernel_user u ON u.id = t.user_id
          LEFT JOIN stores_device d ON d.user_id = u.id
         WHERE t.expires > now()
           AND (NOT u.is_active OR d.unpaired_at IS NOT NULL)
        UNION ALL
        SELECT 'login', u.id, u.username
          FROM stores_device d
          JOIN kernel_user u ON u.id = d.user_id
         WHERE d.unpaired_at IS NOT NULL AND u.is_active
        """
    )
