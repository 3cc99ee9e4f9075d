namespace Curfew.Authentication.Remembered;

/// <summary>
/// Tells what was here before from what comes for the first time, by hashes, each in one seat that the next comer takes.
/// It errs harmlessly: a stranger whose hash is another's gets in, a comer whose seat was taken is a stranger again. Takes no lock.
/// </summary>
internal sealed class Doorkeeper
{
    private const int MinSeats = 64, MaxSeats = 1 << 24;

    private readonly int[] _seats;

    /// <param name="seats">About how many it remembers, 4 bytes each; a power of two is taken, up to 16 Mi.</param>
    public Doorkeeper(long seats) =>
        _seats = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(seats, MinSeats, MaxSeats))];

    /// <summary>Whether it was seen; from now on it was. Threads race for a seat, and any may have it.</summary>
    public bool HasSeen(int hash)
    {
        // 0 is an empty seat.
        hash |= 1 << 31;
        ref var seat = ref _seats[hash & (_seats.Length - 1)];
        if (seat == hash)
            return true;
        seat = hash;
        return false;
    }
}
