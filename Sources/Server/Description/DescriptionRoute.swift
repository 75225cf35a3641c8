import Hummingbird
import VidimusJOSE

/// `GET /openapi.json`: the same for everybody, made once.
struct DescriptionRoute {
    private let document: Representation

    init(_ settings: Settings) {
        document = Representation(
            APIDescription.document(issuer: settings.issuer, tokenHeader: settings.tokenHeader).encoded())
    }

    func respond(to request: Request, context: APIContext) -> Response {
        .cached(document, type: "application/json", maximumAge: .seconds(300), for: request)
    }
}
