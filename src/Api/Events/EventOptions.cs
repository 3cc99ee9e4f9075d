namespace Curfew.Api.Events;

/// <summary>Who this service is to identity providers that tell it of logouts: the section <c>Curfew:Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>
    /// The names of which an event's <c>aud</c> must hold one: for a logout token the <c>client_id</c> at the provider, for
    /// a pushed event what the stream was agreed on with. Default: none, and the endpoints answer 404.
    /// </summary>
    public IList<string> Audiences { get; } = [];
}
