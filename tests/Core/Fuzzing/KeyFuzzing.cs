using System.Text;

namespace Curfew.Tests;

/// <summary>
/// Hostile names: no two different users, clients or tokens share a text, and parsing any text throws nothing. Seen
/// red: with a ScopedKey that doesn't encode, and with ClaimText that takes lone surrogates.
/// </summary>
public sealed class KeyFuzzing
{
    [Fact]
    public void DifferentUsers_NeverShareAKey()
    {
        var keys = new Dictionary<string, UserKey>();
        Fuzz.Run(60_000, random =>
        {
            var (issuer, subject) = (Fuzz.Text(random), Fuzz.Text(random));
            if (!ClaimText.IsValid(issuer) || !ClaimText.IsValid(subject))
            {
                Assert.Throws<ArgumentException>(() => new UserKey(issuer, subject));
                return;
            }

            var user = new UserKey(issuer, subject);
            var key = user.ToString();
            if (!keys.TryAdd(key, user))
                Assert.Equal(user, keys[key]);
            Assert.Equal(user, UserKey.Parse(key));

            // As stored: in UTF-8.
            Assert.Equal(key, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key)));
        });
    }

    [Fact]
    public void MutatedKeys_AreRefusedOrAreTheTextOfWhatTheyName()
    {
        Fuzz.Run(60_000, random =>
        {
            var text = random.Next(2) == 0
                ? Fuzz.Text(random) + "|" + Fuzz.Text(random)
                : Encoding.Latin1.GetString(Fuzz.Mutate(
                    random, "https%3A%2F%2Fi.example|alice%20%C3%BC"u8, [[0x25], [0x7c], "%2f"u8.ToArray(), "%2F"u8.ToArray()]));
            if (UserKey.TryParse(text, out var user))
                Assert.Equal(text, user.ToString());
            if (ClientKey.TryParse(text, out var client))
                Assert.Equal(text, client.ToString());
        });
    }

    [Fact]
    public void MutatedTokenIds_AreRefusedOrAreTheTextOfWhatTheyName()
    {
        var hash = Encoding.ASCII.GetBytes(TokenId.FromContent("{}"u8, "{}"u8).ToString());
        Fuzz.Run(60_000, random =>
        {
            var text = random.Next(2) == 0 ? Fuzz.Text(random) : Encoding.Latin1.GetString(Fuzz.Mutate(random, hash, [[0x3a], [0x41]]));
            if (TokenId.TryParse(text, out var id))
                Assert.Equal(text, id.ToString());
            if (ClaimText.IsValid(text))
                Assert.True(TokenId.TryParse(TokenId.FromJti(text).ToString(), out _));
        });
    }
}
