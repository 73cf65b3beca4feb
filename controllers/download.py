from odoo.http import content_disposition, request


def download(content, file_name, content_type):
    """Answer with a file that the browser saves, and never shows as a page."""
    return request.make_response(
        content,
        headers=[
            ("Content-Type", content_type),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Disposition", content_disposition(file_name)),
        ],
    )
