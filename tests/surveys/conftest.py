"""Members who answer, on moto and on engines that stand threads."""

from tests.support.fixtures import dynamodb_local_endpoint, ministack_endpoint, real_table, table

__all__ = ["dynamodb_local_endpoint", "ministack_endpoint", "real_table", "table"]
