from tests.support.fixtures import dynamodb_local_endpoint, faults, ministack_endpoint, real_table, table

__all__ = ["dynamodb_local_endpoint", "faults", "ministack_endpoint", "real_table", "table"]
