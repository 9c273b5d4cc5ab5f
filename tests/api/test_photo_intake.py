"""The ways in for photos beside uploads: hashtags, links, files of addresses, choices, printed codes; and contests."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from chalicelib import clock
from chalicelib.outreach import service as outreach
from tests.api.calls_users import MERGE
from tests.api.fixtures import NOON
from tests.api.photos import decide, get_bytes, pending, take
from tests.api.shop import ADA, GRACE, Shop
from tests.support import buckets, networks, tables

CAMPAIGN = {"campaignName": "Tea", "hashtags": ["#Tea"], "startDate": "2026-03-01", "endDate": "2026-03-31"}
X = "/x/2/tweets/search/recent"
TOKEN = "a-very-secret-token"


@pytest.fixture
def files(shop):
    with buckets.bucket() as client:
        yield client


@pytest.fixture
def asked(shop):
    with networks.running() as found:
        yield found


def put(shop: Shop, path: str, body: dict):
    return shop.put(path, body, token=shop.staff())


def read(shop: Shop, photo: str) -> dict:
    return shop.get(f"/photos/{photo}", token=shop.staff()).ok


def all_photos(shop: Shop) -> list[dict]:
    rows = shop.get("/moderation?kind=photo", token=shop.staff()).ok["items"]
    return [read(shop, row["id"]) for row in rows]


def look(shop: Shop, network: str = "x") -> None:
    """What the sweep queues when the connection is due."""
    outreach.work({"kind": "hashtag", "pk": f"S#{shop.site}", "sk": f"NETWORK#{network}"}, clock.now())


def tweets(net, *numbers, author="ada_tea", at="2026-03-18T11:00:00.000Z", **meta):
    """A page of X's recent search, of the documented shape."""
    return {
        "data": [
            {"id": str(n), "text": f"Tea {n} #tea", "author_id": "7", "created_at": at,
             "attachments": {"media_keys": [f"3_{n}"]}} for n in numbers
        ],
        "includes": {
            "media": [{"media_key": f"3_{n}", "type": "photo", "url": net.picture(n)} for n in numbers],
            "users": [{"id": "7", "username": author}],
        },
        "meta": {"newest_id": str(max(numbers, default=0)), **meta},
    }  # fmt: skip


def connected(shop: Shop, network: str = "x", **campaign) -> None:
    put(shop, "/photocampaigns/tea", CAMPAIGN | campaign).ok  # noqa: B018 - asks whether it went well.
    put(shop, f"/networks/{network}", {"accountId": "17", "accessToken": TOKEN}).ok  # noqa: B018


@pytest.mark.proves("A064", "A068", "A094", "A156")
def test_posts_with_the_hashtag_are_taken_in_once_and_go_on_from_the_newest(shop, files, asked):
    connected(shop)
    pages = {"": tweets(asked, 5, 4, next_token="more"), "more": tweets(asked, 3)}
    asked.answers[X] = lambda query: pages[query.get("next_token", "")]

    look(shop)
    take(files)

    found = all_photos(shop)
    assert sorted(each["sourceId"] for each in found) == ["3:3_3", "4:3_4", "5:3_5"]
    assert {each["state"] for each in found} == {"pending"}
    assert {(each["source"], each["via"], each["author"]) for each in found} == {("x", "hashtag", "ada_tea")}
    assert found[0]["tags"] == ["tea"]
    said = shop.get("/networks", token=shop.staff()).ok["networks"][0]
    assert (said["state"], said["photosFound"]) == ("connected", 3)

    asked.answers[X] = lambda query: tweets(asked, 6, 5) if query.get("since_id") == "5" else 500
    clock.move_to(NOON + timedelta(hours=1))
    look(shop)
    assert shop.get("/networks", token=shop.staff()).ok["networks"][0]["photosFound"] == 4


@pytest.mark.proves("A168")
def test_a_hashtag_pays_only_whoever_had_connected_the_handle_before(shop, files, asked):
    def change(document):
        document["actions"] += [
            {"actionId": 640, "actionName": "Hashtag", "actionPoints": 25},
            {"actionId": 641, "actionName": "Connect", "network": "x"},
        ]
        document["photos"] = {"hashtagAction": 640}

    shop.programme(change)
    attributes = {"handle": "@Ada_Tea"}
    shop.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": 641, "actionAttribute": attributes}).ok  # noqa: B018
    connected(shop)
    early = tweets(asked, 1, at="2026-03-18T09:00:00.000Z")
    late = tweets(asked, 2, at="2026-03-18T12:30:00.000Z")
    asked.answers[X] = lambda query: late if query.get("next_token") else early | {"meta": {"next_token": "2"}}
    clock.move_to(NOON + timedelta(hours=1))
    look(shop)
    take(files)

    by_source = {each["sourceId"][0]: each for each in all_photos(shop)}
    assert by_source["1"]["memberId"] is None
    assert by_source["2"]["memberId"] == ADA
    for each in by_source.values():
        decide(shop, each["photoId"], "approve").ok  # noqa: B018
    assert shop.figures()["availablePoints"] == 25


@pytest.mark.proves("A064")
def test_instagram_gives_albums_and_videos_and_no_names(shop, files, asked):
    connected(shop, "instagram", networks=["instagram"])
    media = [
        {"id": "1", "media_type": "IMAGE", "media_url": asked.picture(1), "permalink": "https://www.instagram.com/p/1/"},
        {"id": "2", "media_type": "CAROUSEL_ALBUM", "children": {"data": [
            {"id": "21", "media_type": "IMAGE", "media_url": asked.picture(2)},
            {"id": "22", "media_type": "IMAGE", "media_url": asked.picture(9)}]}},
        {"id": "3", "media_type": "VIDEO", "permalink": "https://www.instagram.com/p/3/"},
    ]  # fmt: skip
    asked.answers["/instagram/v21.0/ig_hashtag_search"] = {"data": [{"id": "178"}]}
    asked.answers["/instagram/v21.0/178/recent_media"] = {"data": media, "paging": {}}

    look(shop, "instagram")
    take(files)

    found = {each["sourceId"]: each for each in all_photos(shop)}
    assert sorted(found) == ["1", "21", "22", "3"]
    assert found["3"]["mediaType"] == "video"
    assert found["3"]["video"]["url"] == "https://www.instagram.com/p/3/embed/"
    assert found["1"]["memberId"] is None
    assert asked.asked[0][1]["user_id"] == "17"


def test_a_hashtag_that_nobody_used_yet_does_not_keep_the_others_from_being_read(shop, files, asked):
    connected(shop, "instagram", networks=["instagram"], hashtags=["#Brandnew", "#Tea"])
    media = [{"id": "1", "media_type": "IMAGE", "media_url": asked.picture(1)}]
    asked.answers["/instagram/v21.0/ig_hashtag_search"] = lambda query: {
        "data": [{"id": "178"}] if query["q"] == "tea" else []
    }
    asked.answers["/instagram/v21.0/178/recent_media"] = {"data": media, "paging": {}}

    look(shop, "instagram")

    said = shop.get("/networks", token=shop.staff()).ok["networks"][0]
    assert (said["state"], said["photosFound"]) == ("connected", 1)


@pytest.mark.proves("A168")
@pytest.mark.parametrize(("member", "paid"), [(ADA, 25), (GRACE, 0)])
def test_a_hashtag_photo_that_staff_give_to_a_member_pays_only_for_a_handle_connected_before(
    shop, files, asked, member, paid
):
    def change(document):
        document["actions"] += [
            {"actionId": 640, "actionName": "Hashtag", "actionPoints": 25},
            {"actionId": 641, "actionName": "Connect", "network": "instagram"},
        ]
        document["photos"] = {"hashtagAction": 640}

    shop.programme(change)
    shop.enrol(GRACE)
    body = {"id": ADA, "activity": "CREDIT", "actionId": 641, "actionAttribute": {"handle": "ada"}}
    shop.post("/points", body).ok  # noqa: B018
    connected(shop, "instagram", networks=["instagram"])
    posted = {"media_url": asked.picture(1), "timestamp": "2026-03-18T13:00:00+0000"}
    asked.answers["/instagram/v21.0/ig_hashtag_search"] = {"data": [{"id": "178"}]}
    media = [{"id": "1", "media_type": "IMAGE", **posted}]
    asked.answers["/instagram/v21.0/178/recent_media"] = {"data": media, "paging": {}}
    look(shop, "instagram")
    take(files)
    photo = all_photos(shop)[0]["photoId"]

    shop.patch(f"/photos/{photo}", {"memberId": member}, token=shop.staff()).ok  # noqa: B018
    said = decide(shop, photo, "approve").ok

    assert said["memberId"] == member
    assert shop.figures(member)["availablePoints"] == paid
    assert said["points"]["withheld"] == ("" if paid else "handle-not-connected")


def test_photos_of_a_merged_member_go_on_with_who_goes_on(shop, files):
    shop.enrol(GRACE)
    photo = pending(shop, files, userId=GRACE)
    mine = pending(shop, files, seed=2, userId=ADA)

    shop.post("/mergeuser", MERGE).ok  # noqa: B018

    said = shop.get(f"/users/{ADA}/photos").ok["photos"]
    assert {each["photoId"] for each in said} == {photo, mine}
    shop.post("/userdelete", {"id": ADA, "requestedBy": "Ada"}).ok  # noqa: B018
    for each in list(outreach._due(clock.now() + timedelta(seconds=1))):
        outreach.work({"kind": each.kind, "pk": each.pk, "sk": each.sk}, clock.now())
    assert all_photos(shop) == []
    assert buckets.keys(files) == []


@pytest.mark.parametrize(("status", "state"), [(429, "connected"), (503, "connected"), (401, "refused: status-401")])
def test_a_network_that_says_no_is_asked_later_or_not_at_all(shop, asked, status, state):
    connected(shop)
    asked.answers[X] = status
    look(shop)
    assert shop.get("/networks", token=shop.staff()).ok["networks"][0]["state"] == state

    count = len(asked.asked)
    look(shop)
    assert (len(asked.asked) > count) == (state == "connected")


def test_a_campaign_that_is_over_looks_for_nothing(shop, asked):
    connected(shop, endDate="2026-03-17")
    look(shop)
    assert asked.asked == []


def test_a_token_is_never_readable_again_and_a_connection_ends(shop, one_table, asked):
    connected(shop)
    asked.answers[X] = 401
    look(shop)

    assert TOKEN not in str(tables.everything(one_table))
    assert TOKEN not in str(shop.lines)
    assert TOKEN not in str(shop.get("/networks", token=shop.staff()).body)
    assert shop.call("DELETE", "/networks/x", token=shop.staff()).ok["networks"] == []
    assert shop.call("DELETE", "/networks/x", token=shop.staff()).refusal == (404, "AC1005")
    assert put(shop, "/networks/facebook", {"accessToken": "t"}).refusal == (404, "AC1005")
    assert put(shop, "/networks/instagram", {"accessToken": "t"}).refusal == (400, "AC1004")
    assert put(shop, "/networks/x", {"accessToken": " "}).refusal == (400, "AC1004")


@pytest.mark.proves("A065")
def test_a_link_to_a_video_is_taken_in_by_its_embed_data(shop, files, asked):
    asked.answers["/youtube/oembed"] = {
        "title": "How we brew",
        "author_name": "Ada",
        "width": 200,
        "height": 113,
        "thumbnail_url": "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg",
    }
    sent = shop.post("/photos", {"url": "https://youtu.be/dQw4w9WgXcQ?t=3", "tags": "brewing"}).ok

    said = read(shop, sent["photoId"])

    assert (said["state"], said["mediaType"], said["source"]) == ("pending", "video", "youtube")
    assert said["video"]["url"] == "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
    again = shop.post("/photos", {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"})
    assert again.refusal == (409, "AC1006")
    asked.answers["/youtube/oembed"] = 401
    assert shop.post("/photos", {"url": "https://youtube.com/shorts/aaaaaaaaaaa"}).refusal == (400, "AC1004")


@pytest.mark.proves("A151")
def test_a_file_of_addresses_takes_what_is_right_and_names_what_is_wrong(shop, files, asked):
    asked.answers["/youtube/oembed"] = 404
    csv = (
        "url,sourceId,caption,memberId,rights\n"
        f"{asked.picture(1).replace('http:', 'https:')},D-1,Tea,{ADA},granted\n"
        "http://example.test/a.jpg,,,,\n"
        "https://example.test/a.jpg,,,nobody@example.test,\n"
        "https://example.test/a.jpg,,,,maybe\n"
        "https://youtu.be/aaaaaaaaaaa,,,,\n"
    )
    said = shop.post("/photoimport", {"csv": csv}, key="k-1").ok

    assert (said["accepted"], said["known"], said["refused"]) == (1, 0, 4)
    assert [(each["line"], each["column"]) for each in said["faults"]] == [
        (3, "url"), (4, "memberId"), (5, "rights"), (6, "url")
    ]  # fmt: skip
    assert read(shop, said["photoIds"][0])["memberId"] == ADA
    again = shop.post("/photoimport", {"csv": csv}, key="k-1")
    assert again.is_repeat
    assert again.body == said
    assert shop.post("/photoimport", {"csv": csv}).ok["known"] == 1
    assert shop.post("/photoimport", {"csv": "url\n" + "https://a.test/b\n" * 101}).refusal == (400, "AC1004")
    assert shop.post("/photoimport", {"csv": "colour\nred\n"}).refusal == (400, "AC1004")
    assert shop.get("/photoimport").ok["columns"][0]["required"]


@pytest.mark.proves("A160", "A161", "A162")
@pytest.mark.parametrize("network", ["facebook", "instagram", "x"])
def test_a_member_chooses_of_their_own_pictures_and_agrees(shop, files, one_table, asked, network):
    asked.answers |= {
        "/facebook/v21.0/me/photos": {"data": [{"id": "1", "images": [
            {"width": 90, "source": asked.picture(3)}, {"width": 900, "source": asked.picture(1)}]}]},
        "/instagram/me/media": {"data": [{"id": "1", "media_type": "IMAGE", "media_url": asked.picture(1)}]},
        "/x/2/users/me": {"data": {"id": "7"}},
        "/x/2/users/7/tweets": tweets(asked, 1),
    }  # fmt: skip
    given = {"network": network, "accessToken": TOKEN}
    token = shop.member_token(ADA)

    choices = shop.post(f"/users/{ADA}/photochoices", given, token=token).ok["choices"]
    assert choices[0]["url"] == asked.picture(1)
    chosen = given | {"ids": [choices[0]["id"]]}
    path = f"/users/{ADA}/photocopies"
    assert shop.post(path, chosen, token=token).refusal == (400, "AC1004")
    said = shop.post(path, chosen | {"consent": "YES"}, token=token).ok["copied"]
    assert said[0]["isNew"]
    take(files)

    photo = read(shop, said[0]["photoId"])
    assert (photo["state"], photo["memberId"], photo["rights"]["state"]) == ("pending", ADA, "granted")
    assert f"chosen in {network}" in photo["rights"]["trail"][0]["text"]
    shop.put(f"/photos/{photo['photoId']}/rights", {"state": "denied", "text": "by mail"}, token=shop.staff())
    assert shop.post(path, chosen | {"consent": "YES"}, token=token).ok["copied"] == [said[0] | {"isNew": False}]
    assert [each["state"] for each in read(shop, photo["photoId"])["rights"]["trail"]] == [
        "granted",
        "denied",
        "granted",
    ]
    assert shop.post(path, given | {"ids": ["99"], "consent": "YES"}, token=token).refusal == (400, "AC1004")
    assert shop.post(path, given | {"ids": [], "consent": "YES"}, token=token).refusal == (400, "AC1004")
    assert TOKEN not in str(tables.everything(one_table))
    assert TOKEN not in str(shop.lines)


CODES = {"codes": [{"code": "TEA-26", "purpose": "inStore", "storeId": "12", "products": ["tea"]}], "hashtags": []}


def form(**parts: str) -> tuple[bytes, dict[str, str]]:
    lines = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{t}\r\n' for n, t in parts.items())
    return f"{lines}--b--\r\n".encode(), {"Content-Type": "multipart/form-data; boundary=b"}


def post_page(shop: Shop, path: str, **parts: str):
    from_page, headers = form(**parts)
    return get_bytes(shop, path, "POST", from_page, **headers)


@pytest.mark.proves("A152", "A153", "A154", "A155", "A157", "A159", "A163")
def test_a_printed_code_leads_to_a_form_and_is_recorded(shop, files):
    shop.programme(lambda document: document.update(photos={"termsUrl": "https://shop.test/t", "termsVersion": "7"}))
    texts = [{"language": "de", "title": "Zeig <b>deinen</b> Tee"}]
    said = put(shop, "/photocampaigns/tea", CAMPAIGN | CODES | {"texts": texts}).ok
    assert said["links"][0]["link"].endswith(f"/public/{shop.site}/upload/TEA-26")
    path = f"/public/{shop.site}/upload/tea-26"

    page = get_bytes(shop, path, **{"Accept-Language": "de-AT,de;q=0.9"})
    assert page.status == 200
    assert "Zeig &lt;b&gt;deinen&lt;/b&gt; Tee" in page.body.decode()
    assert '<html lang="de">' in page.body.decode()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "required" in post_page(shop, path, caption="Tea").body.decode()
    second = post_page(shop, path, caption="Tea", consent="YES").body.decode()
    key = re.search(r'name="key" value="([^"]+)"', second)[1]
    buckets.put(files, key, open_picture())
    take(files)

    found = all_photos(shop)[0]
    assert (found["source"], found["code"], found["storeId"], found["campaignId"]) == ("code", "TEA-26", "12", "tea")
    assert found["rights"]["trail"][0]["text"] == "terms 7 https://shop.test/t"
    assert [each["productId"] for each in found["products"]] == ["tea"]
    assert "Thank you" in get_bytes(shop, f"{path}?step=done").body.decode()


def open_picture() -> bytes:
    output = io.BytesIO()
    Image.linear_gradient("L").resize((200, 150)).convert("RGB").save(output, "JPEG")
    return output.getvalue()


def test_a_code_that_leads_nowhere_says_so(shop):
    put(shop, "/photocampaigns/tea", CAMPAIGN | CODES | {"endDate": "2026-03-17"}).ok  # noqa: B018

    for path in (f"/public/{shop.site}/upload/TEA-26", f"/public/{shop.site}/upload/none", "/public/1/upload/TEA-26"):
        assert get_bytes(shop, path).status == 404
        assert post_page(shop, path, consent="YES").status == 404
    assert get_bytes(shop, f"/public/{shop.site}/qr/TEA-26").status == 404


@pytest.mark.proves("A155")
def test_the_link_of_a_code_is_drawn_to_print(shop):
    put(shop, "/photocampaigns/tea", CAMPAIGN | CODES).ok  # noqa: B018

    drawn = get_bytes(shop, f"/public/{shop.site}/qr/TEA-26", Host="shop.example.test")

    assert (drawn.status, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert drawn.body.lstrip().startswith((b"<?xml", b"<svg"))
    assert get_bytes(shop, f"/public/{shop.site}/qr/TEA-26", Host='x"><script>').status == 400


@pytest.mark.proves("A158")
def test_a_contest_is_drawn_once_after_its_end_and_can_be_drawn_again_by_anybody(shop, files):
    put(shop, "/photocampaigns/tea", CAMPAIGN | CODES | {"contest": {"entriesMax": 1, "winners": 2}}).ok  # noqa: B018
    path = f"/public/{shop.site}/upload/TEA-26"
    for seed in (1, 6, 11):
        second = post_page(shop, path, consent="YES").body.decode()
        buckets.put(files, re.search(r'name="key" value="([^"]+)"', second)[1], _jpeg(seed))
    take(files)
    entered = [each["photoId"] for each in all_photos(shop)]
    assert len(entered) == 3
    for photo in entered[:2]:
        decide(shop, photo, "approve").ok  # noqa: B018
    contest = "/photocampaigns/tea/contest"

    assert shop.post(contest, {}, token=shop.staff()).status == 409
    clock.move_to(NOON.replace(month=4, day=2))
    said = shop.post(contest, {}, token=shop.staff()).ok

    assert sorted(said["entries"]) == sorted(said["draw"]["winners"]) == sorted(entered[:2])
    assert said["draw"]["entries"] == 2
    assert shop.post(contest, {}, token=shop.staff()).refusal == (409, "AC1006")
    assert shop.get(contest, token=shop.staff()).ok["draw"] == said["draw"]
    assert shop.get("/photocampaigns/none/contest", token=shop.staff()).refusal == (404, "AC1005")


def _jpeg(seed: int) -> bytes:
    from_seed = Image.effect_mandelbrot((240, 180), (-1.5 + seed / 20, -1, 0.5, 1), 20).convert("RGB")
    output = io.BytesIO()
    from_seed.save(output, "JPEG")
    return output.getvalue()


@pytest.mark.proves("A159")
def test_photos_of_a_campaign_pay_its_own_action(shop, files):
    def change(document):
        document["actions"].append({"actionId": 650, "actionName": "Tea", "actionPoints": 9})

    shop.programme(change)
    put(shop, "/photocampaigns/tea", CAMPAIGN | {"actionId": 650}).ok  # noqa: B018
    assert put(shop, "/photocampaigns/tea", CAMPAIGN | {"actionId": 651}).refusal == (400, "AC1004")
    assert shop.call("DELETE", "/photocampaigns/tea", token=shop.staff()).ok["removed"] == "tea"
    assert pending(shop, files)
