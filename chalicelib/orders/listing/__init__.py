"""Lists of orders, also of members who became one."""
