"""What an encrypted assertion may consist of, looked at before it is decrypted.

xmlsec, which does that, takes every cipher that it knows, and opens files of this machine if the
form tells it to look for a key or a text there. And nobody has proved yet who sends the form.
"""

import re

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from members.openid_connect import Refused

# AES in GCM, by a key that comes by RSA with OAEP. CBC, triple DES and RSA as in PKCS #1 v1.5 give
# away what they hide to whoever may ask often enough.
CIPHERS = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#aes192-gcm",
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
}
# No CipherReference, no KeyInfoReference and no Transforms among them.
PARTS = {
    "EncryptedAssertion",
    "EncryptedData",
    "EncryptedKey",
    "EncryptionMethod",
    "KeySize",
    "OAEPparams",
    "DigestMethod",
    "MGF",
    "KeyInfo",
    "KeyName",
    "RetrievalMethod",
    "X509Data",
    "X509Certificate",
    "X509IssuerSerial",
    "X509IssuerName",
    "X509SerialNumber",
    "X509SKI",
    "X509SubjectName",
    "CipherData",
    "CipherValue",
    "ReferenceList",
    "DataReference",
    "CarriedKeyName",
}
# By a name: what is looked for by an expression may stand anywhere too, and take a long time.
HERE = re.compile(r"#[\w.-]*")


def check_encryption(answer):
    """Looks at each part once, however deep they stand in each other.

    A key may stand anywhere in the form, and be found from within the assertion.
    """
    document, depth = OneLogin_Saml2_XML.to_etree(OneLogin_Saml2_Utils.b64decode(answer)), 0
    for event, part in etree.iterwalk(document, events=("start", "end"), tag="*"):
        if event == "end":
            depth = max(depth - 1, 0)
        elif depth or hides(part):
            depth += 1
            if not is_allowed(part):
                raise Refused("The assertion is encrypted in a way that is not taken.")


def hides(part):
    name = etree.QName(part)
    return name.namespace == Constants.NS_XENC or name.localname == "EncryptedAssertion"


def is_allowed(part):
    # xmlsec reads an attribute whatever its namespace; the standard has none in one.
    if any(name.startswith("{") for name in part.attrib):
        return False
    name = etree.QName(part).localname
    if name == "EncryptionMethod" and part.get("Algorithm") not in CIPHERS:
        return False
    return name in PARTS and HERE.fullmatch(part.get("URI", "#")) is not None


def hides_more(document):
    """Whether something in it is encrypted still: then it would be decrypted unchecked."""
    return bool(OneLogin_Saml2_XML.query(document, "//xenc:*"))
