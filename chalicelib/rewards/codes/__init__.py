"""Pools of coupon codes: uploaded once, each given once ever."""
