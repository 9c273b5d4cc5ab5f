"""X's API v2: posts of the last seven days by hashtag, and those of an account that its owner connected."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.gateways.networks import Credentials, Post, Posts, ask, instant

NAME: Final = "x"
HOST: Final = "api.x.com"
PAGE: Final = 100
_QUERY: Final = {
    "max_results": str(PAGE),
    "expansions": "attachments.media_keys,author_id",
    "tweet.fields": "created_at,attachments,author_id",
    "media.fields": "media_key,type,url,preview_image_url",
    "user.fields": "username",
}


def posts(hashtag: str, page: str, since: str, credentials: Credentials) -> Posts:
    """A page of posts with pictures by a hashtag, newer than the post ``since``. Raises as ``ask``."""
    query = {**_QUERY, "query": f"#{hashtag} has:media -is:retweet"}
    query |= ({"next_token": page} if page else {}) | ({"since_id": since} if since else {})
    return _page(ask(NAME, HOST, "/2/tweets/search/recent", query, credentials.token))


def own(page: str, credentials: Credentials) -> Posts:
    """A page of the posts of the account whose owner gave the token. Raises as ``ask``."""
    account = credentials.account
    if not account.isdigit():
        account = str(ask(NAME, HOST, "/2/users/me", {}, credentials.token).get("data", {}).get("id", ""))
    query = {**_QUERY, **({"pagination_token": page} if page else {})}
    return _page(ask(NAME, HOST, f"/2/users/{account}/tweets", query, credentials.token))


def _page(found: Mapping[str, Any]) -> Posts:
    included = found.get("includes", {})
    media = {each.get("media_key"): each for each in included.get("media", [])}
    names = {each.get("id"): str(each.get("username", "")) for each in included.get("users", [])}
    items = tuple(post for each in found.get("data", []) for post in _posts(each, media, names))
    meta = found.get("meta", {})
    return Posts(items, str(meta.get("next_token", "")), str(meta.get("newest_id", "")))


def _posts(tweet: Mapping[str, Any], media: Mapping[Any, Any], names: Mapping[Any, str]) -> Iterator[Post]:
    """Each picture or video of a post."""
    author = names.get(tweet.get("author_id"), "")
    for key in tweet.get("attachments", {}).get("media_keys", []):
        part = media.get(key, {})
        is_photo = part.get("type") == "photo"
        yield Post(
            id=f"{tweet.get('id')}:{key}",
            url=str(part.get("url", "")) if is_photo else "",
            media_type="image" if is_photo else "video",
            author=author,
            caption=str(tweet.get("text", "")),
            permalink=f"https://x.com/{author or 'i'}/status/{tweet.get('id')}",
            embed=f"https://platform.twitter.com/embed/Tweet.html?id={tweet.get('id')}",
            thumbnail=str(part.get("preview_image_url", "")),
            posted=instant(tweet.get("created_at")),
        )
