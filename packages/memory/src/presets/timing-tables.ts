/**
 * Organisation and timing of DRAM devices, a table per standard and a line per device. Organisation is of one channel:
 * nodes of each level in one of the level above, rows per bank, bytes of a row and of a burst of the channel (of a pseudo
 * channel where there are any), data pins, devices that act as one channel. Timings are in clock periods of tCK ps.
 *
 * Read from the presets of Ramulator 2.1, which were not checked against the standards.
 */
export const TIMING_TABLES: Readonly<Record<string, string>> = {
  DDR4: `
preset               organisation  timing       MT/s  tCK  ranks  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCD  nRP  nRAS  nRC  nWR  nRTP  nCWL  nCCDS  nCCDL  nWTRS  nWTRL  nCS  nRRDS  nRRDL  nFAW  nRFC  nREFI
ddr4-8gb-x8-3200aa   DDR4_8Gb_x8   DDR4_3200AA  3200  625      1       4      4  65536  8192     64    64        8    4   22    22   22    52   74   24    12    16      4      8      4     12    2      4      8    34   576  12480
ddr4-8gb-x8-3200w    DDR4_8Gb_x8   DDR4_3200W   3200  625      1       4      4  65536  8192     64    64        8    4   20    20   20    52   72   24    12    16      4      8      4     12    2      4      8    34   576  12480
ddr4-8gb-x8-2400r    DDR4_8Gb_x8   DDR4_2400R   2400  833      1       4      4  65536  8192     64    64        8    4   16    16   16    39   55   18     9    12      4      6      3      9    2      4      6    26   433   9364
ddr4-8gb-x16-3200aa  DDR4_8Gb_x16  DDR4_3200AA  3200  625      1       2      4  65536  8192     64    64        4    4   22    22   22    52   74   24    12    16      4      8      4     12    2      9     11    48   576  12480
`,
  DDR5: `
preset               organisation  timing       MT/s  tCK  ranks  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCD  nRP  nRAS  nRC  nWR  nRTP  nCWL  nPPD  nCCDS  nCCDL  nCCDS_WR  nCCDL_WR  nWTRS  nWTRL  nCS  nRRDS  nRRDL  nFAW  nRFC  nREFI
ddr5-16gb-x8-4800an  DDR5_16Gb_x8  DDR5_4800AN  4800  416      1       8      4  65536  4096     64    32        4    8   34    34   34    77  111   72    18    32     2      8     12         8        48      6     24    2      8     12    48   710   9375
ddr5-16gb-x8-4800bn  DDR5_16Gb_x8  DDR5_4800BN  4800  416      1       8      4  65536  4096     64    32        4    8   36    36   36    77  113   72    18    34     2      8     12         8        48      6     24    2      8     12    48   710   9375
ddr5-16gb-x8-3200an  DDR5_16Gb_x8  DDR5_3200AN  3200  625      1       8      4  65536  4096     64    32        4    8   24    24   24    52   76   48    12    22     2      8      8         8        32      6     16    2      8      5    32   472   6240
ddr5-16gb-x8-5600an  DDR5_16Gb_x8  DDR5_5600AN  5600  357      1       8      4  65536  4096     64    32        4    8   40    40   40    90  130   84    20    38     2      8     12         8        56      5     28    2     14     14    56   827  10925
ddr5-16gb-x8-6400an  DDR5_16Gb_x8  DDR5_6400AN  6400  312      1       8      4  65536  4096     64    32        4    8   46    46   46   103  149   96    24    44     2      8     16         8        64      5     32    2     16     16    64   946  12500
`,
  LPDDR5: `
preset                organisation     timing       MT/s   tCK  ranks  groups  banks   rows   row  burst  pins  devices  nBL_min  nBL_max  nCL  nRCD  nRP  nRPab  nRAS  nRC  nWR  nRTP  nCWL  nPPD  nCCDS  nCCDL  nCCDS_WR  nCCDL_WR  nWTRS  nWTRL  nWCKPST  nCAS  nAAD  nCS  nRRDS  nRRDL  nFAW  nRFC  nRFCpb  nREFI  nREFIpb  nPBR2PBR  nPBR2ACT
lpddr5-8gb-x16-6400   LPDDR5_8Gb_x16   LPDDR5_6400  6400  1250      1       4      4  32768  2048     32    16        1        2        4   17    15   15     17    34   49   28     8     9     2      2      4         2         4      5     10        1     0     8    2      4      4    16   168      96   3125      391        72         6
lpddr5-16gb-x16-6400  LPDDR5_16Gb_x16  LPDDR5_6400  6400  1250      1       4      4  65536  2048     32    16        1        2        4   17    15   15     17    34   49   28     8     9     2      2      4         2         4      5     10        1     0     8    2      4      4    16   224     112   3125      391        72         6
`,
  GDDR6: `
preset                       organisation    timing                      MT/s  tCK  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCDRD  nRCDWR  nRP  nRAS  nRC  nWR  nRTP  nCWL  nCCDS  nCCDL  nRRDS  nRRDL  nWTRS  nWTRL  nFAW  nRFCpb  nRREFD  nREFI  nRFCab  nPPD
gddr6-8gb-x16-14000-1250mv   GDDR6_8Gb_x16   GDDR6_14000_1250mV_double  14000  570       4      4  16384  2048     32    16        1    2   24      30      20   30    60   90   30     4     6      2      4     11     11      9     11    43     106      22   3333     211     2
gddr6-8gb-x16-14000-1350mv   GDDR6_8Gb_x16   GDDR6_14000_1350mV_double  14000  570       4      4  16384  2048     32    16        1    2   24      27      16   27    53   79   27     4     6      2      4      8      8      9     11    29     106      15   3333     211     1
gddr6-16gb-x16-14000-1350mv  GDDR6_16Gb_x16  GDDR6_14000_1350mV_double  14000  570       4      4  16384  4096     32    16        1    2   24      27      16   27    53   79   27     4     6      2      4      8      8      9     11    29     106      15   3333     211     1
`,
  HBM2: `
preset         organisation  timing         MT/s   tCK  pseudoChannels  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCDRD  nRCDWR  nRP  nRAS  nRC  nWR  nRTPL  nCWL  nCCDS  nCCDL  nWTRS  nWTRL  nRRDS  nRRDL  nFAW  nRFC  nRFCpb  nRREFD  nREFI  nREFIpb
hbm2-4gb-2000  HBM2_4Gb      HBM2_2000Mbps  2000  1000               2       4      4  32768  1024     32    64      0.5    2   14      14      12   14    34   48   16      5     5      2      4      6      8      4      4    15   260     160       8   3900      122
hbm2-8gb-2400  HBM2_8Gb      HBM2_2400Mbps  2400   833               2       4      4  65536  1024     32    64      0.5    2   17      17      14   17    40   57   19      6     6      2      4      8     10      5      5    19   421     193      10   4682      147
hbm2-8gb-2000  HBM2_8Gb      HBM2_2000Mbps  2000  1000               2       4      4  65536  1024     32    64      0.5    2   14      14      12   14    34   48   16      5     5      2      4      6      8      4      4    15   350     160       8   3900      122
`,
  HBM3: `
preset              organisation   timing         MT/s  tCK  pseudoChannels  stacks  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCDRD  nRCDWR  nRP  nRAS  nRC  nWR  nRTP  nCWL  nCCDS  nCCDL  nCCDR  nRRDS  nRRDL  nFAW  nWTRS  nWTRL  nRTW  nRFCpb  nRREFD  nREFI  nPPD  nRFC  nRFMab  nRFMpb  nREFIpb
hbm3-8gb-8hi-6400   HBM3_8Gb_8hi   HBM3_6400Mbps  6400  625               2       2       4      4   8192  1024     32    32      0.5    2   20      31      15   26    45   72   33     9    10      2      4      3      4      5    24      7     10    20     320       8   6240     2   416     416     320      195
hbm3-16gb-8hi-6400  HBM3_16Gb_8hi  HBM3_6400Mbps  6400  625               2       2       4      4  16384  1024     32    32      0.5    2   20      31      15   26    45   72   33     9    10      2      4      3      4      5    24      7     10    20     320       8   6240     2   560     560     320      195
hbm3-4gb-6400       HBM3_4Gb       HBM3_6400Mbps  6400  625               2       1       4      4  16384  1024     32    32      0.5    2   20      31      15   26    45   72   33     9    10      2      4      3      4      5    24      7     10    20     320       8   6240     2   416     416     320      390
`,
  HBM4: `
preset               organisation   timing           MT/s  tCK  pseudoChannels  stacks  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nCWL  nRC  nRAS  nRP  nRCDRD  nRCDWR  nRRDL  nRRDS  nFAW  nRTP  nWR  nCCDL  nCCDS  nCCDR  nWTRL  nWTRS  nRTW  nPPD  nRFCpb  nRREFD  nRFC  nRFMab  nRFMpb  nREFI  nREFIpb
hbm4-32gb-8hi-16000  HBM4_32Gb_8Hi  HBM4_16000Mbps  16000  250               2       2       2      8  16384  1024     32    32      0.5    2   40    20  180   114   66      78      38     14     10    60    24   84      4      2      2     26     18    50     2    1120      32  1800    1800    1120  15600      488
`,
  LPDDR6: `
preset                 organisation     timing              MT/s  tCK  ranks  groups  banks   rows   row  burst  pins  devices  nBL_min  nRL  nWL  nRCDr  nRCDw  nWTP  nRTP  nRTP_L  nPPD  nCCDS  nCCDL  nCCDS_WR  nCCDL_WR  nRRD  nWTRS  nWTRL  nWCK2DQO  nRPST  nODTLon  nODTon_min  nFAW  nWCKPST  nCAS  nAAD  nCS  nBL_max  nBL_min_L  nBL_max_L  nCCDL_L  nCCDL_WR_L  nACU  nRAS  nRP  nRPab  nRC  nRTW_S  nRTW_L  nRTW_S_L  nRTW_L_L  nRFC  nREFI
lpddr6-16gb-x12-10667  LPDDR6_16Gb_x12  LPDDR6_10667_BL24  10667  375      1       4      4  65536  2048     32    12        1        6   56   26     48     22    32    14      26     4      6     10         6        10    10     17     32         5      0       27           0    40        3     2     8    2       12         18         24       22          22    59    54  107    115  169      41      47        53        59  1014  10416
`,
  GDDR7: `
preset               organisation   timing             MT/s  tCK  banks   rows   row  burst  pins  devices  nBL  nRL  nWL  nDQERL  nRCDRD  nRCDWR  nRP  nRAS  nRC  nWR  nRTPSB  nRRD  nRREFD  nWTR  nWTRSB  nRTW  nRFCab  nRFCpb  nCCD  nCCDSB  nPPD  nRPD  nREFI  nREFIpb  nRDREFab  nRCKSTRT2RD  nRCKPST  nRCKEN  nRCKSTOP_LAT  nRCK_LS  nRCK_HS  nRD2RCKSTOP  nRCKSP2ST  nRCKST2SP  nRFMab  nRFMpb
gddr7-32gb-x8-28000  GDDR7_32Gb_x8  GDDR7_28000_PAM3  28021  571     16  32768  2048     32     8        1    2   24    6       0      30      19   30    60   90   30       4     4      21     9      11    12     315     105     2       4     2     2   3327      207        28            2        2       6            10        2       18           18          8         26     315     105
`,
  DDR3: `
preset             organisation  timing      MT/s  tCK  ranks  banks   rows   row  burst  pins  devices  nBL  nCL  nRCD  nRP  nRAS  nRC  nWR  nRTP  nCWL  nCCD  nWTR  nCS  nRRD  nFAW  nRFC  nREFI
ddr3-1gb-x8-2133m  DDR3_1Gb_x8   DDR3_2133M  2133  937      1      8  16384  8192     64    64        8    4   13    13   13    36   49   16     8    10     4     8    2     6    27   118   8325
`,
  HBM1: `
preset         organisation  timing      MT/s   tCK  groups  banks   rows   row  burst  pins  devices  nBL  nCL  nRCDRD  nRCDWR  nRP  nRAS  nRC  nWR  nRTPL  nCWL  nCCDS  nCCDL  nWTRS  nWTRL  nRRDS  nRRDL  nFAW  nRFC  nRFCpb  nRREFD  nREFI  nREFIpb
hbm1-2gb-2000  HBM1_2Gb      HBM1_2Gbps  2000  1000       4      2  16384  2048     32   128        1    1   14      14      12   14    34   48   16      5     5      1      2      6      8      4      4    15   160     160       8   3900      488
`,
};
