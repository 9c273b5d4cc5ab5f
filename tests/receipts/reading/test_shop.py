"""The shop's name and address in the head."""

import pytest

from chalicelib.receipts.reading.letters import similarity
from chalicelib.receipts.reading.shop import tidy
from tests.receipts.layouts import GROCER, reading


def test_name_and_address_stand_apart():
    found = reading(GROCER)

    assert found.shop.value == "GREEN VALLEY MART SDN BHD"
    assert found.address.value == "NO 12, JALAN ANGGERIK 3 40150 SHAH ALAM, SELANGOR"
    assert found.shop.boxes


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("ang mei lin\nSUN BAKERY SDN BHD\n(123456-A)", "SUN BAKERY SDN BHD"),
        ("SUNRISE@MALL\nLITTLE OVEN SDN BHD (562999-D)\nHQ: 7, JLN 3", "LITTLE OVEN SDN BHD"),
        ("PASAR BESAR\n(UTARA) SDN BHD\n(767000-W)", "PASAR BESAR (UTARA) SDN BHD"),
        ("Golden Fork Sdn Bhd\n(65999-M)\nformerly known as\nSilver Fork Sdn Bhd", "Golden Fork SDN BHD"),
        ("RESTORAN DUA SEKAWAN\n002049999-W\nNO 2, JALAN 9", "RESTORAN DUA SEKAWAN"),
        ("CAFE LIBERTE\n12 RUE DES LILAS\n75011 PARIS", "CAFE LIBERTE"),
        ("Backhaus Muster GmbH\nHauptstr. 5\n10115 Berlin", "Backhaus Muster GmbH"),
        ("*** WELCOME ***\nTHE CORNER STORE\nTEL 555 1234", "THE CORNER STORE"),
        # As readers give it back that lose blanks: the street is no market, and a number may begin a name.
        ("LAURELTEAHOUSE\n14MARKETSTREET", "LAURELTEAHOUSE"),
        ("99 SPEED MART\n7 STATION ROAD", "99 SPEED MART"),
    ],
)
def test_the_name_is_the_one_who_sold(head, name):
    assert reading(f"{head}\nTAX INVOICE\nTEA  1.00\nTOTAL  1.00").shop.value == name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("BLUE HARBOURSDN BHD", "BLUE HARBOUR SDN BHD"),
        ("BLUE HARBOUR SDN. BHD. (139999X)", "BLUE HARBOUR SDN BHD"),
        ("BLUE HARBOUR SON BHD", "BLUE HARBOUR SON BHD"),
        ("BLUE HARBOUR SDN.BHZ", "BLUE HARBOUR SDN BHD"),
        ("BLUE (M)SDN BHD", "BLUE (M) SDN BHD"),
    ],
)
def test_names_are_tidied(raw, clean):
    assert tidy(raw) == clean


def test_likeness_disregards_case_and_marks():
    assert similarity("MR. BLUE (M) SDN BHD", "Mr Blue (M) Sdn. Bhd.") == 1.0
    assert similarity("BLUE", "GREEN") < 0.8
    assert similarity("", "") == 0.0


def test_a_receipt_without_a_head_has_no_shop():
    assert reading("12345678\nTOTAL  1.00").shop is None
