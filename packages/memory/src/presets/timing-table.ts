/**
 * Organisation and timing of DRAM devices, a line each. Organisation is per channel (pseudo channel where there are
 * any): bank groups, banks per group (stack levels included), rows per bank, bytes of a row and of a burst, data pins,
 * devices that act as one channel. Timings are in clock periods of tCK ps; `-` is not given.
 *
 * Read from the presets of Ramulator 2.1, which were not checked against the standards. RTW of DDR4, DDR5, LPDDR5, GDDR6
 * and HBM2 follows from the rule of that simulator. In GDDR7, which has no bank groups, every bank stands as its own. WR of
 * LPDDR6 is its write-to-precharge time. RowCommand of HBM2 is two periods for an activate and one for a precharge, on a
 * row command bus that two pseudo channels share.
 */
export const TIMING_TABLE = `
preset                       organisation     timing                      MT/s   tCK  groups  banks   rows   row  burst  pins  devices  CL  CWL  RCD  RCDWR   RP  RAS   RC  WR  RTP  CCDS  CCDL  CCDLWR  RRDS  RRDL  FAW  WTRS  WTRL  RTW   RFC   REFI  RowCommand
ddr4-8gb-x8-3200aa           DDR4_8Gb_x8      DDR4_3200AA                 3200   625       4      4  65536  8192     64    64        8  22   16   22      -   22   52   74  24   12     4     8       -     4     8   34     4    12   12   576  12480           -
ddr4-8gb-x8-3200w            DDR4_8Gb_x8      DDR4_3200W                  3200   625       4      4  65536  8192     64    64        8  20   16   20      -   20   52   72  24   12     4     8       -     4     8   34     4    12   10   576  12480           -
ddr4-8gb-x8-2400r            DDR4_8Gb_x8      DDR4_2400R                  2400   833       4      4  65536  8192     64    64        8  16   12   16      -   16   39   55  18    9     4     6       -     4     6   26     3     9   10   433   9364           -
ddr4-8gb-x16-3200aa          DDR4_8Gb_x16     DDR4_3200AA                 3200   625       2      4  65536  8192     64    64        4  22   16   22      -   22   52   74  24   12     4     8       -     9    11   48     4    12   12   576  12480           -
ddr5-16gb-x8-4800an          DDR5_16Gb_x8     DDR5_4800AN                 4800   416       8      4  65536  4096     64    32        4  34   32   34      -   34   77  111  72   18     8    12      48     8    12   48     6    24   14   710   9375           -
ddr5-16gb-x8-4800bn          DDR5_16Gb_x8     DDR5_4800BN                 4800   416       8      4  65536  4096     64    32        4  36   34   36      -   36   77  113  72   18     8    12      48     8    12   48     6    24   14   710   9375           -
ddr5-16gb-x8-3200an          DDR5_16Gb_x8     DDR5_3200AN                 3200   625       8      4  65536  4096     64    32        4  24   22   24      -   24   52   76  48   12     8     8      32     8     5   32     6    16   14   472   6240           -
ddr5-16gb-x8-5600an          DDR5_16Gb_x8     DDR5_5600AN                 5600   357       8      4  65536  4096     64    32        4  40   38   40      -   40   90  130  84   20     8    12      56    14    14   56     5    28   14   827  10925           -
ddr5-16gb-x8-6400an          DDR5_16Gb_x8     DDR5_6400AN                 6400   312       8      4  65536  4096     64    32        4  46   44   46      -   46  103  149  96   24     8    16      64    16    16   64     5    32   14   946  12500           -
lpddr5-8gb-x16-6400          LPDDR5_8Gb_x16   LPDDR5_6400                 6400  1250       4      4  32768  2048     32    16        1  17    9   15      -   15   34   49  28    8     2     4       4     4     4   16     5    10   12   168   3125           -
lpddr5-16gb-x16-6400         LPDDR5_16Gb_x16  LPDDR5_6400                 6400  1250       4      4  65536  2048     32    16        1  17    9   15      -   15   34   49  28    8     2     4       4     4     4   16     5    10   12   224   3125           -
gddr6-8gb-x16-14000-1250mv   GDDR6_8Gb_x16    GDDR6_14000_1250mV_double  14000   570       4      4  16384  2048     32    16        1  24    6   30     20   30   60   90  30    4     2     4       -    11    11   43     9    11   25   211   3333           -
gddr6-8gb-x16-14000-1350mv   GDDR6_8Gb_x16    GDDR6_14000_1350mV_double  14000   570       4      4  16384  2048     32    16        1  24    6   27     16   27   53   79  27    4     2     4       -     8     8   29     9    11   25   211   3333           -
gddr6-16gb-x16-14000-1350mv  GDDR6_16Gb_x16   GDDR6_14000_1350mV_double  14000   570       4      4  16384  4096     32    16        1  24    6   27     16   27   53   79  27    4     2     4       -     8     8   29     9    11   25   211   3333           -
hbm2-4gb-2000                HBM2_4Gb         HBM2_2000Mbps               2000  1000       4      4  32768  1024     32    64      0.5  14    5   14     12   14   34   48  16    5     2     4       -     4     4   15     6     8   13   260   3900           6
hbm2-8gb-2400                HBM2_8Gb         HBM2_2400Mbps               2400   833       4      4  65536  1024     32    64      0.5  17    6   17     14   17   40   57  19    6     2     4       -     5     5   19     8    10   15   421   4682           6
hbm2-8gb-2000                HBM2_8Gb         HBM2_2000Mbps               2000  1000       4      4  65536  1024     32    64      0.5  14    5   14     12   14   34   48  16    5     2     4       -     4     4   15     6     8   13   350   3900           6
hbm3-8gb-8hi-6400            HBM3_8Gb_8hi     HBM3_6400Mbps               6400   625       4      8   8192  1024     32    32      0.5  20   10   31     15   26   45   72  33    9     2     4       -     4     5   24     7    10   20   416   6240           -
hbm3-16gb-8hi-6400           HBM3_16Gb_8hi    HBM3_6400Mbps               6400   625       4      8  16384  1024     32    32      0.5  20   10   31     15   26   45   72  33    9     2     4       -     4     5   24     7    10   20   560   6240           -
hbm3-4gb-6400                HBM3_4Gb         HBM3_6400Mbps               6400   625       4      4  16384  1024     32    32      0.5  20   10   31     15   26   45   72  33    9     2     4       -     4     5   24     7    10   20   416   6240           -
hbm4-32gb-8hi-16000          HBM4_32Gb_8Hi    HBM4_16000Mbps             16000   250       2     16  16384  1024     32    32      0.5  40   20   78     38   66  114  180  84   24     2     4       -    10    14   60    18    26   50  1800  15600           -
lpddr6-16gb-x12-10667        LPDDR6_16Gb_x12  LPDDR6_10667_BL24          10667   375       4      4  65536  2048     32    12        1  56   26   48     22  107   54  169  32   14     6    10      10    10    10   40    17    32   41  1014  10416           -
gddr7-32gb-x8-28000          GDDR7_32Gb_x8    GDDR7_28000_PAM3           28021   571      16      1  32768  2048     32     8        1  24    6   30     19   30   60   90  30    4     2     4       -     4     4    -     9    11   12   315   3327           -
ddr3-1gb-x8-2133m            DDR3_1Gb_x8      DDR3_2133M                  2133   937       1      8  16384  8192     64    64        8  13   10   13      -   13   36   49  16    8     4     4       -     6     6   27     8     8    -   118   8325           -
hbm1-2gb-2000                HBM1_2Gb         HBM1_2Gbps                  2000  1000       4      2  16384  2048     32   128        1  14    5   14     12   14   34   48  16    5     1     2       -     4     4   15     6     8    -   160   3900           -
`;
