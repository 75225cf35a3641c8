import HTTPTypes
import Hummingbird

/// What all pages have in common: plain HTML, one style, no script, and nothing from elsewhere.
enum Page {
    /// A page; `content` is HTML, in which everything from outside went through ``escaped(_:)``.
    static func answer(_ title: String, _ content: String, status: HTTPResponse.Status) -> Response {
        let html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · Vidimus</title>
            <style>
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; color: #1d2433; background: #fbfbf9 }
            label { display: block; margin: 1rem 0 } input { display: block; width: 100%; box-sizing: border-box; padding: .5rem; font: inherit; border: 1px solid #8a93a6; border-radius: 4px }
            button { padding: .6rem 1rem; font: inherit; color: #fff; background: #23395d; border: 0; border-radius: 4px }
            [role=alert] { padding: .5rem .75rem; background: #fdecea; border-left: 4px solid #b3261e }
            @media (prefers-color-scheme: dark) { body { color: #e6e8ee; background: #14171f } input { color: inherit; background: #1d2230 } [role=alert] { background: #3a1f1d } }
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            \(content)
            </body>
            </html>

            """
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    static func escaped(_ text: String) -> String {
        // By scalars: a quote with an accent upon it is one Character that is no quote, but a browser sees one.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
