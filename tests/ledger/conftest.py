from tests.support.fixtures import any_table, dynamodb_local_endpoint, faults, ministack_endpoint, real_table, table

__all__ = ["any_table", "dynamodb_local_endpoint", "faults", "ministack_endpoint", "real_table", "table"]
