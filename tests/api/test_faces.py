"""Faces: every resource is served by one function, and what is served is described."""

import pytest

from chalicelib.api import description, faces
from chalicelib.local import docs


def test_every_resource_is_served_by_one_face_and_described():
    """A route that is served and not described would escape every suite over all routes."""
    served = [name for modules in faces.FACES.values() for name in modules]
    described = {module.__name__.rpartition(".")[2] for module in (*description.RESOURCES, description)}

    assert sorted(served) == sorted(described)


def test_every_route_that_any_module_declares_is_described():
    assert {route.key for route in description.described()} == {route.key for route in docs.routes()}


def test_all_faces_together_are_every_blueprint_once():
    together = [blueprint for face in faces.FACES for blueprint in faces.blueprints(face)]

    assert faces.blueprints(faces.ALL) == together
    assert len({id(blueprint) for blueprint in together}) == len(together)


def test_a_face_that_does_not_exist_is_no_empty_one():
    with pytest.raises(KeyError):
        faces.blueprints("kitchen")
