namespace Curfew.Authentication;

/// <summary>What Curfew adds to a JwtBearer scheme, beside that scheme's own options.</summary>
public sealed class CurfewBearerOptions
{
    /// <summary>
    /// Keys of issuers that stand in no configuration, beside those of <c>SigningKeys</c> and of the <c>Authority</c>.
    /// A key verifies its own issuer's tokens only. Default: none.
    /// </summary>
    public IList<IssuerSigningKey> SigningKeys { get; } = [];

    /// <summary>
    /// Accept tokens with a <c>cnf</c> claim (RFC 7800): the app checks the proof of possession itself. Default: false,
    /// for such a token proves nothing by being presented.
    /// </summary>
    public bool AllowSenderConstrained { get; set; }

    /// <summary>
    /// The claim that names the client where a token has no <c>client_id</c>: <c>cid</c> for Okta. A client's cutoff and RFC 7009
    /// go by it. Alike on all nodes, else a client's cutoff holds on some of them only. Never a claim of another meaning, least of
    /// all one that differs with each token. Default: null, none.
    /// </summary>
    public string? ClientClaim { get; set; }

    /// <summary>
    /// How long a request waits for the keys of an <c>Authority</c> that were never fetched; after that the answer is
    /// 503. 100 ms to 1 minute. Default: 2 seconds.
    /// </summary>
    public TimeSpan KeysTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How much memory the scheme's verified tokens may take that are remembered, in bytes, so that a repeat costs a
    /// look-up instead of a signature check; about 2.5 kB a token. Revocation, <c>exp</c> and the limits are judged on every
    /// request all the same, and a change of keys or options forgets them all. Past it, what
    /// was asked for least goes, for what comes a second time.
    /// Nothing is remembered where the app's own validators decide about tokens. 0 remembers none. Up to 16 GiB.
    /// Default: 64 MiB.
    /// </summary>
    public long RememberedTokenBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Accept a verified token although nobody can tell whether it was revoked. Default: false, and the answer is 503.
    /// </summary>
    /// <remarks>
    /// While the store is away, everyone who logged out is let in again. It covers the check only: never a logout, never
    /// a token that could not be verified, and no endpoint that carries <see cref="RequireRevocationCheckAttribute"/>.
    /// </remarks>
    public bool FailOpen { get; set; }
}
