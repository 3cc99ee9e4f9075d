using System.Security.Cryptography;
using Curfew.Api.Audit;

namespace Curfew.Api.Tests.Audit;

/// <summary>
/// What another hand can do to a trail, and that <c>audit verify</c> says where. Seen red with the HMAC not checked, with
/// <c>previous</c> not compared, and with numbers not compared.
/// </summary>
public sealed class AuditTamperTests : IDisposable
{
    private readonly TestTrail _trail = new();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public async Task AnUntouchedTrail_IsWhole()
    {
        await _trail.LiveAsync("a", "b");
        var head = await _trail.LiveAsync("c");

        // begun, a, b, started, c.
        var report = await _trail.VerifyAsync(head);
        Assert.Empty(report.Findings);
        Assert.Empty(report.Notes);
        Assert.Equal((5, 1), (report.Events, report.First));
        Assert.Equal(head, report.Head);
    }

    // Lines of the file: 1 begun, 2 to 6 the logouts of a to e.
    public static TheoryData<string, string> Changes => new()
    {
        { "a name", "audit.jsonl:4: event 4 was changed" },
        { "a time", "audit.jsonl:4: event 4 was changed" },
        { "a space", "audit.jsonl:4: event 4 was changed" },
        { "an HMAC", "audit.jsonl:4: event 4 was changed" },
        { "no HMAC", "audit.jsonl:4: event 4 was changed" },
        { "something after the HMAC", "audit.jsonl:4: event 4 was changed" },
        { "a number", "audit.jsonl:4: event 40 was changed" },
        { "garbage", "audit.jsonl:4: this is no event" },
        { "an empty line", "audit.jsonl:4: this is no event" },
        { "first dropped", "audit.jsonl:1: the file doesn't begin with its opening event: what stood before event 2" },
        { "first three dropped", "audit.jsonl:1: the file doesn't begin with its opening event: what stood before event 4" },
        { "one dropped", "audit.jsonl:4: event 4 was dropped before event 5" },
        { "two dropped", "audit.jsonl:4: events 4 to 5 were dropped before event 6" },
        { "swapped", "audit.jsonl:5: event 4 stands after event 5" },
        { "moved to the end", "audit.jsonl:6: event 3 stands after event 6" },
        { "copied", "audit.jsonl:5: event 4 stands after event 4" },
        { "a forged one added", "audit.jsonl:7: event 7 was changed, or written with another key" },
        { "a forged trail", "audit.jsonl:1: event 1 was changed, or written with another key" },
        { "the opening added again", "audit.jsonl:7: event 1 opens a file" },
        { "all dropped", "There is no event at all" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task WhateverIsChangedDroppedOrMoved_IsFound(string change, string finding)
    {
        await _trail.LiveAsync("a", "b", "c", "d", "e");
        var forged = await ForgedAsync();

        _trail.Tamper(lines =>
        {
            switch (change)
            {
                case "a name":
                    lines[3] = lines[3].Replace("\"sub\":\"c\"", "\"sub\":\"x\"", StringComparison.Ordinal);
                    break;
                case "a time":
                    lines[3] = lines[3].Replace("\"at\":\"2", "\"at\":\"1", StringComparison.Ordinal);
                    break;
                case "a space":
                    lines[3] = lines[3].Replace("\"sub\":", "\"sub\": ", StringComparison.Ordinal);
                    break;
                case "an HMAC":
                    lines[3] = lines[3][..^4] + (lines[3][^4] == '0' ? '1' : '0') + lines[3][^3..];
                    break;
                case "no HMAC":
                    lines[3] = lines[3][..lines[3].IndexOf(",\"mac\"", StringComparison.Ordinal)] + "}";
                    break;
                case "something after the HMAC":
                    lines[3] = lines[3][..^1] + ",\"sid\":\"other\"}";
                    lines[3] = lines[3].Replace(",\"sid\":\"s\"", "", StringComparison.Ordinal);
                    break;
                case "a number":
                    lines[3] = lines[3].Replace("\"seq\":4", "\"seq\":40", StringComparison.Ordinal);
                    break;
                case "garbage":
                    lines[3] = lines[3][20..];
                    break;
                case "an empty line":
                    lines.Insert(3, "");
                    break;
                case "first dropped":
                    lines.RemoveAt(0);
                    break;
                case "first three dropped":
                    lines.RemoveRange(0, 3);
                    break;
                case "one dropped":
                    lines.RemoveAt(3);
                    break;
                case "two dropped":
                    lines.RemoveRange(3, 2);
                    break;
                case "swapped":
                    (lines[3], lines[4]) = (lines[4], lines[3]);
                    break;
                case "moved to the end":
                    lines.Add(lines[2]);
                    lines.RemoveAt(2);
                    break;
                case "copied":
                    lines.Insert(4, lines[3]);
                    break;
                case "a forged one added":
                    lines.Add(forged[6]);
                    break;
                case "a forged trail":
                    return forged;
                case "the opening added again":
                    lines.Add(lines[0]);
                    break;
                case "all dropped":
                    lines.Clear();
                    break;
            }

            return lines;
        });

        var report = await _trail.VerifyAsync();
        Assert.Contains(report.Findings, found => found.Contains(finding, StringComparison.Ordinal));
    }

    // An event that was signed with the key, but in another trail: only its place in the chain tells.
    [Fact]
    public async Task AnEventReplacedByOneOfAnotherTrailWithTheSameKey_IsFound()
    {
        await _trail.LiveAsync("a", "b", "c");
        using var other = new TestTrail { Key = _trail.Key };
        await other.LiveAsync("a", "x", "c");

        _trail.Tamper(lines => [.. lines[..2], other.Lines[2], .. lines[3..]]);

        var report = await _trail.VerifyAsync();
        Assert.Equal(2, report.FindingCount);
        Assert.StartsWith("audit.jsonl:3: event 3 does not follow the event 2", report.Findings[0], StringComparison.Ordinal);
        Assert.StartsWith("audit.jsonl:4: event 4 does not follow the event 3", report.Findings[1], StringComparison.Ordinal);
    }

    // What nobody can know from the file alone: a chain is whole without its end. The head says, where somebody kept it.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AnEndThatWasCutOff_IsFoundByTheHead_AndByNothingElse(int lines)
    {
        var head = await _trail.LiveAsync("a", "b", "c", "d");
        _trail.Tamper(all => all[..^lines]);

        Assert.Empty((await _trail.VerifyAsync()).Findings);
        var report = await _trail.VerifyAsync(head);
        Assert.Equal($"The trail ends with event {5 - lines}, before event 5, which it had: its end was cut off.", Assert.Single(report.Findings));

        // A service that goes on after the cut doesn't hide it.
        await _trail.LiveAsync("e", "f", "g", "h");
        Assert.Contains("Event 5 is not the one of the given head", Assert.Single((await _trail.VerifyAsync(head)).Findings), StringComparison.Ordinal);
        Assert.True(AuditHead.TryParse(head.ToString(), out var read));
        Assert.Equal(head, read);
    }

    [Fact]
    public async Task AnotherKey_OrNone_IsFound()
    {
        await _trail.LiveAsync("a");
        var key = _trail.Key;
        _trail.Key = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(2, (await _trail.VerifyAsync()).FindingCount);

        // Nor does a service with another key go on with it.
        var refused = Assert.Throws<InvalidDataException>(() => _trail.Open());
        Assert.Contains("is not by the configured Curfew:Audit:Key", refused.Message, StringComparison.Ordinal);
        _trail.Key = null;
        Assert.Throws<InvalidDataException>(() => _trail.Open());
        _trail.Key = key;
        Assert.Empty((await _trail.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task WithoutAKey_NumbersAreJudgedAndNothingElse()
    {
        _trail.Key = null;
        await _trail.LiveAsync("a", "b", "c");
        Assert.DoesNotContain("mac", string.Concat(_trail.Lines), StringComparison.Ordinal);
        Assert.Empty((await _trail.VerifyAsync()).Findings);

        _trail.Tamper(lines => [lines[0], lines[2], lines[3]]);
        Assert.Contains("event 2 was dropped", Assert.Single((await _trail.VerifyAsync()).Findings), StringComparison.Ordinal);
    }

    private static async Task<string[]> ForgedAsync()
    {
        using var forger = new TestTrail();
        await forger.LiveAsync("a", "b", "c", "d", "e", "f");
        return forger.Lines;
    }
}
