"""What an error says that came of sending a mail: is it about this mail, or about all?"""

import smtplib


def is_unreachable(error):
    """Whether the way to the server is broken, for all mails; if not, it refused this one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # 421: "closing the connection".
        return any(code == 421 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return True
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)
