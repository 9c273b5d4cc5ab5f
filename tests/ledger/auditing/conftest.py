from tests.support.fixtures import dynamodb_local_endpoint, faults, ministack_endpoint, table

__all__ = ["dynamodb_local_endpoint", "faults", "ministack_endpoint", "table"]
