import ipaddress
import socket
import time
from urllib.parse import urlsplit

import requests
from lxml import etree

from odoo import fields, http, models

from ..bring.response import NAMESPACE
from .bring_rights import check_manager

TIMEOUT = 10  # seconds, to connect and to wait for the answer


class BringAccount(models.Model):
    """Test the receiving address from outside in: DNS, TLS, proxy, database, route, account."""

    _inherit = "bring.account"

    endpoint_tested_at = fields.Datetime("Address tested", readonly=True, copy=False)
    endpoint_outcome = fields.Selection(
        [
            ("success", "Bring can reach it"),
            ("warning", "Only this server can reach it"),
            ("danger", "Bring cannot reach it"),
        ],
        "Outcome of the address's test",
        readonly=True,
        copy=False,
    )
    endpoint_note = fields.Text("What answered", readonly=True, copy=False)

    def action_test_endpoint(self):
        """Call the account's own address without a key; say, and keep, what answered.

        The right answer is 401 in Bring's format, counted for this very account.
        """
        check_manager(self)
        self.ensure_one()
        kind, message = self._bring_probe(self.endpoint_url)
        self.sudo().write(
            {
                "endpoint_tested_at": fields.Datetime.now(),
                "endpoint_outcome": kind,
                "endpoint_note": message,
            }
        )
        return self._tell(kind, self.env._("Receiving address"), message)

    def _bring_probe(self, url):
        """Call ``url`` as somebody without a key would, and explain the outcome.

        :return: ``success``, ``warning`` or ``danger``, and what was seen and what to do
        :rtype: tuple(str, str)
        """

        host = urlsplit(url).hostname or ""
        before = self._bring_refused_count()
        try:
            answer = requests.post(
                url,
                data=b"",
                headers={"Content-Type": "application/xml", "Accept": "application/xml"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return "danger", self._bring_explain_no_answer(error, host)
        if not (answer.status_code == 401 and is_postback(answer.content)):
            return "danger", self._bring_explain_answer(answer, host)
        if not self._bring_counted(before):
            return "danger", self.env._(
                "Another database or server answered: it speaks Bring's format, but the call did "
                "not reach this account. Let the proxy choose this database for %s "
                "(X-Odoo-Database or dbfilter), or mend the system parameter web.base.url.",
                host,
            )
        if is_private(host) or urlsplit(url).scheme != "https":
            return "warning", self.env._(
                "The address works from this server, but Bring cannot call %s: it has to be https "
                "and a public name. Mend the system parameter web.base.url.",
                f"{urlsplit(url).scheme}://{host}",
            )
        return "success", self.env._(
            "The address answers as it should: a call without a key is refused with 401, in "
            "Bring's format, by this database. (That call is in the list of refused calls.)"
        )

    def _bring_refused_count(self):
        """Return how many calls to this account were refused, as it is committed now."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT COALESCE(SUM(count), 0) FROM bring_auth_failure WHERE account_id = %s",
                [self.id],
            )
            return cr.fetchone()[0]

    def _bring_counted(self, before):
        """Tell whether a refused call was counted since; the answer may be ahead by an instant."""
        for _attempt in range(5):
            if self._bring_refused_count() > before:
                return True
            time.sleep(0.05)
        return False

    def _bring_explain_no_answer(self, error, host):
        """Say why nothing answered. The exception's own words hold the address: not shown."""
        if isinstance(error, requests.exceptions.SSLError):
            return self.env._(
                "The certificate of %s is not valid for this server, so Bring will not trust it "
                "either. Renew it, or install the missing intermediate certificate.",
                host,
            )
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return self.env._(
                "%(host)s did not take the connection in %(seconds)s seconds. Open port 443 in "
                "the firewall; or this network does not let its own servers call their public "
                "address: then test from outside.",
                host=host,
                seconds=TIMEOUT,
            )
        if isinstance(error, requests.exceptions.Timeout):
            return self.env._(
                "%(host)s took the connection but did not answer in %(seconds)s seconds. With a "
                "single worker Odoo cannot call itself: run at least two; else look at the proxy.",
                host=host,
                seconds=TIMEOUT,
            )
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            return self.env._("The address is not one. Mend the system parameter web.base.url.")
        if not resolves(host):
            return self.env._(
                "The name %s is not known (DNS). Mend the system parameter web.base.url, or the "
                "name's record.",
                host,
            )
        return self.env._(
            "%(host)s refused or cut the connection. Is the proxy running, on the port in the "
            "address? (%(error)s)",
            host=host,
            error=type(error).__name__,
        )

    def _bring_explain_answer(self, answer, host):
        """Say what an answer means that is not the right one."""
        status = answer.status_code
        if 300 <= status < 400:
            where = urlsplit(answer.headers.get("Location", ""))
            return self.env._(
                "The address redirects to %(where)s (HTTP %(status)s), and Bring does not follow. "
                "Set the system parameter web.base.url to the final address, and freeze it.",
                where=f"{where.scheme}://{where.netloc}" if where.netloc else "/",
                status=status,
            )
        if status == 404 and len(http.db_list(force=True, host=host)) > 1:
            return self.env._(
                "Odoo does not know which database is meant (HTTP 404): this server has several "
                "for %s. Set dbfilter in Odoo's configuration so that it leaves only this one, or "
                "let the proxy send the header X-Odoo-Database with this database's name.",
                host,
            )
        if status == 404:
            return self.env._(
                "Nothing answers at this address (HTTP 404). Either the proxy sends "
                "/bring/warehousing/ elsewhere: to this server's Odoo it has to go. Or Odoo did "
                "not know which database is meant: set dbfilter, or let the proxy send "
                "X-Odoo-Database. Or PostgreSQL is down."
            )
        if status == 413:
            return self.env._(
                "The proxy refuses even an empty message as too large (HTTP 413): raise "
                "client_max_body_size."
            )
        if status in (502, 503, 504):
            return self.env._(
                "The proxy answers, but Odoo behind it does not (HTTP %s). Is Odoo running, and "
                "does the proxy send to its port? If the proxy turns 404 into 503: does Odoo know "
                "which database is meant, and is PostgreSQL up?",
                status,
            )
        if status >= 500:
            return self.env._("Odoo failed (HTTP %s). The server's log says why.", status)
        if is_postback(answer.content):
            return self.env._(
                "The answer is in Bring's format, but HTTP %s instead of 401: the proxy adds a key "
                "or changes the method.",
                status,
            )
        return self.env._(
            "Something else than this addon answered (HTTP %s, not in Bring's format): a login in "
            "front of Odoo, a firewall, or another site. Let /bring/warehousing/ through to Odoo "
            "untouched.",
            status,
        )


def is_postback(content):
    """Tell whether a body is Bring's PostbackResponse in XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(content, parser).tag == f"{{{NAMESPACE}}}PostbackResponse"
    except etree.XMLSyntaxError:
        return False


def resolves(host):
    """Tell whether DNS, or the hosts file, knows a name."""
    try:
        socket.getaddrinfo(host, None)
    except (socket.gaierror, UnicodeError):
        return False
    return True


def is_private(host):
    """Tell whether a host is an address, or a bare name, that only this network knows."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))
