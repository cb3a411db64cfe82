"""Query parameters that say how a reader came to a document, not which document it is; and pixels.

Data only.  A parameter stands here when its vendor documents it as a campaign or click label; names are
in lower case.  A parameter that a site may use to choose a document (``id``, ``p``, ``ref``) never does.
"""

from __future__ import annotations

from collections.abc import Mapping

PREFIXES: tuple[str, ...] = (
    # Google Analytics campaigns: https://support.google.com/analytics/answer/10917952
    "utm_",
    # Matomo campaigns: https://matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important/
    "mtm_",
    "matomo_",
    "piwik_",
    # HubSpot: https://knowledge.hubspot.com/reports/what-cookies-does-hubspot-set-in-a-visitor-s-browser
    "__hs",
)
"""A parameter whose name begins like this is dropped everywhere."""

PARAMETERS: frozenset[str] = frozenset(
    {
        # Google Ads and Analytics: https://support.google.com/google-ads/answer/9744275,
        # https://support.google.com/analytics/answer/11367152, https://support.google.com/analytics/answer/10071811
        "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl",
        # Meta: https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/fbp-and-fbc
        "fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "igsh", "igshid",
        # Microsoft Advertising: https://learn.microsoft.com/advertising/guides/universal-event-tracking
        "msclkid",
        # X: https://business.x.com/en/help/campaign-measurement-and-analytics/conversion-tracking-for-websites
        "twclid",
        # TikTok: https://ads.tiktok.com/help/article/tiktok-click-id
        "ttclid",
        # LinkedIn: https://www.linkedin.com/help/lms/answer/a423304
        "li_fat_id",
        # Pinterest: https://help.pinterest.com/en/business/article/add-event-codes
        "epik",
        # Yandex: https://yandex.com/support/metrica/general/call-tracking.html
        "yclid", "ysclid", "_openstat",
        # Matomo: https://matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important/
        "pk_campaign", "pk_kwd", "pk_source", "pk_medium", "pk_content", "pk_cid",
        # Mailchimp: https://mailchimp.com/developer/marketing/docs/e-commerce/
        "mc_cid", "mc_eid",
        # HubSpot: https://knowledge.hubspot.com/reports/what-cookies-does-hubspot-set-in-a-visitor-s-browser
        "_hsenc", "_hsmi", "hsctatracking",
        # Marketo: https://experienceleague.adobe.com/en/docs/marketo/using/product-docs/email-marketing
        "mkt_tok",
        # Klaviyo: https://help.klaviyo.com/hc/en-us/articles/115005077447
        "_kx",
        # AT Internet (Piano): https://support.piano.io/hc/en-us/articles/4469991459730
        "xtor",
    },
)  # fmt: skip
"""Parameters dropped everywhere."""

ON_SITE: Mapping[str, frozenset[str]] = {
    # The site's language switch, written into its own links as selectedLocale=null: the path names the language.
    "nato.int": frozenset({"selectedlocale"}),
    # Where a shared link was copied: https://support.google.com/youtube/answer/171780
    "youtube.com": frozenset({"si", "feature"}),
    "youtu.be": frozenset({"si", "feature"}),
    # Embedded posts: https://developer.x.com/en/docs/x-for-websites
    "x.com": frozenset({"ref_src", "ref_url"}),
    "twitter.com": frozenset({"ref_src", "ref_url"}),
    # AT Internet (Piano) on the BBC's links: https://support.piano.io/hc/en-us/articles/4469991459730
    "bbc.co.uk": frozenset({"at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4"}),
    "bbc.com": frozenset({"at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4"}),
}
"""Parameters dropped on one site: its host and every host below it."""

PIXELS: tuple[str, ...] = (
    "//pixel.wp.com/",  # https://wordpress.com/support/stats/
    "//stats.wordpress.com/",
    "//feeds.feedburner.com/~r/",  # https://support.google.com/feedburner/answer/78948
    "//feeds.wordpress.com/",
    "//www.google-analytics.com/",  # https://developers.google.com/analytics/devguides/collection/protocol/v1
    "//www.facebook.com/tr",  # https://developers.facebook.com/docs/meta-pixel
    "//ad.doubleclick.net/",
    "//px.ads.linkedin.com/",
    "//sb.scorecardresearch.com/",
    "//bat.bing.com/",
)
"""An image whose address holds one of these counts readers and shows nothing."""
