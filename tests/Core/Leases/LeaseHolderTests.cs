namespace Curfew.Leases;

public class LeaseHolderTests
{
    private static readonly LeaseOptions Options = new();
    private readonly LeaseHolder _holder = new(Options);

    private static ClockReading At(double seconds) => new(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1000 + seconds));

    private Lease Take(double sent)
    {
        Assert.True(_holder.Granted(_holder.NextRequest(At(sent)), At(sent)));
        return _holder.Current!;
    }

    [Fact]
    public void TheTermCountsFromBeforeTheRequestWasSent()
    {
        var request = _holder.NextRequest(At(0));
        Assert.True(_holder.Granted(request, At(2)));
        Assert.True(_holder.IsLive(At(2.96)));
        Assert.False(_holder.IsLive(At(2.98)));
    }

    [Fact]
    public void AnAnswerThatComesAfterTheTermGrantsNothing()
    {
        var request = _holder.NextRequest(At(0));
        Assert.False(_holder.Granted(request, At(3)));
        Assert.Null(_holder.Current);
    }

    [Fact]
    public void ARenewalAnsweredAfterALapseRevivesNothing()
    {
        // Without the test for a gap in Granted this is live again until 5.4.
        Take(0);
        var renewal = _holder.NextRequest(At(2.5));
        Assert.False(_holder.Granted(renewal, At(3.1)));
        Assert.False(_holder.IsLive(At(3.1)));
        Assert.True(_holder.NextRequest(At(3.2)).IsTake);
    }

    [Fact]
    public void RenewalsAnsweredOutOfOrderKeepTheLaterTerm()
    {
        Take(0);
        var first = _holder.NextRequest(At(0.5));
        var second = _holder.NextRequest(At(1));
        Assert.True(_holder.Granted(second, At(1.1)));
        Assert.True(_holder.Granted(first, At(1.2)));
        Assert.True(_holder.IsLive(At(3.9)));
    }

    [Fact]
    public void ASuspendThatStopsTheMonotonicClockEndsTheLease()
    {
        Take(0);
        Assert.False(_holder.IsLive(new(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1060))));
    }

    [Fact]
    public void AWallClockThatStepsBackDoesNotProlongTheLease()
    {
        Take(0);
        Assert.False(_holder.IsLive(new(TimeSpan.FromSeconds(2.98), TimeSpan.FromSeconds(0))));
    }

    [Fact]
    public void ARefusalEndsTheLeaseAndTheNextTakeReplacesIt()
    {
        var lease = Take(0);
        _holder.Refused(_holder.NextRequest(At(0.5)));
        Assert.False(lease.IsLive(At(0.5)));
        var next = _holder.NextRequest(At(0.5));
        Assert.True(next.IsTake);
        Assert.NotEqual(lease.Id, next.Id);
        Assert.Equal([lease.Id], next.Replaces);
    }

    [Fact]
    public void AnAnsweredTakeThatWasSupersededGrantsNothing()
    {
        var lost = _holder.NextRequest(At(0));
        var next = _holder.NextRequest(At(1));
        Assert.False(_holder.Granted(lost, At(1.1)));
        Assert.Equal([lost.Id], next.Replaces);
        Assert.True(_holder.Granted(next, At(1.2)));
    }

    [Fact]
    public void WhatIsBeingTakenIsConfirmedToo()
    {
        var request = _holder.NextRequest(At(0));
        Assert.Equal([request.Id], _holder.Confirmable());
    }
}
