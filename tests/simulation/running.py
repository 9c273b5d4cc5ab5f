"""One seed from beginning to end: a world, a workload, the healing, and the judge's verdict.

The workload and the judge give two functions: ``workload.populate(world)`` runs preludes and spawns callers by
``random.Random(world.seed)``; ``judge.breaches(world)`` gives sentences, none when all is well. It may send
requests by ``world.prelude``.
"""
