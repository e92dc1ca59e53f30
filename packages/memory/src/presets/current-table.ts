/**
 * Supply voltages in V and currents of one device in mA, a line each; `-` is not given. IDD5 is the current of an all-bank
 * refresh, IDD5PB that of the refresh of one bank, IDD6 that of self-refresh; VPP is the pump supply of the word lines, with
 * currents of its own. The tables of GDDR5, GDDR6 and HBM rest on few published currents, and that of DDR5 repeats DDR4:
 * estimates.
 */
export const CURRENT_TABLE = `
preset                   source                             VDD  IDD0  IDD2N  IDD3N  IDD4R  IDD4W  IDD5  IDD2P  IDD3P  IDD5PB  IDD6  VPP  IPP0  IPP2N  IPP3N  IPP4R  IPP4W  IPP5
idd-ddr4-8gb-x8-3200     DRAMsim3:DDR4_8Gb_x8_3200.ini      1.2    57     37     52    168    150   250     25     43       -    30    -     3      -      -      -      -     -
idd-ddr4-8gb-x16-3200    DRAMsim3:DDR4_8Gb_x16_3200.ini     1.2    95     37     56    302    278   280     25     47       -    30    -     4      -      -      -      -     -
idd-ddr4-8gb-x4-3200     DRAMsim3:DDR4_8Gb_x4_3200.ini      1.2    52     37     47    143    130   250     25     38       -    30    -     3      -      -      -      -     -
idd-ddr4-8gb-x8-2400     DRAMsim3:DDR4_8Gb_x8_2400.ini      1.2    48     34     43    135    123   250     25     37       -    30    -     3      -      -      -      -     -
idd-ddr4-4gb-x16-2400    DRAMsim3:DDR4_4Gb_x16_2400.ini     1.2    65     45     60    205    285   175     29     40       -    20    -   3.6      -      -      -      -     -
idd-gddr6-8gb-x16        DRAMsim3:GDDR6_8Gb_x16.ini        1.35    71     60     61    248    231   286     45     50      45    35    -     -      -      -      -      -     -
idd-gddr5-8gb-x32        DRAMsim3:GDDR5_8Gb_x32.ini         1.5    71     60     61    248    231   286     45     50      45    35    -     -      -      -      -      -     -
idd-hbm1-4gb-x128        DRAMsim3:HBM1_4Gb_x128.ini         1.2    65     40     55    360    440   250     28     40       -    31    -     -      -      -      -      -     -
idd-hbm2-4gb-x128        DRAMsim3:HBM2_4Gb_x128.ini         1.2    65     40     55    390    500   250     28     40       -    31    -     -      -      -      -      -     -
idd-hbm2-8gb-x128        DRAMsim3:HBM2_8Gb_x128.ini         1.2    65     40     55    390    500   250     28     40       -    31    -     -      -      -      -      -     -
idd-lpddr4-8gb-x16-2400  DRAMsim3:LPDDR4_8Gb_x16_2400.ini   1.2    80     34     47    243    228   280     25     41       -    30    -     4      -      -      -      -     -
idd-lpddr3-8gb-x32-1866  DRAMsim3:LPDDR3_8Gb_x32_1866.ini   1.2  41.5   21.5     22    290    285   150    1.3      7       -    22    -     0      -      -      -      -     -
idd-ddr3-8gb-x8-1600     DRAMsim3:DDR3_8Gb_x8_1600.ini     1.35    67     36     51    125    125   245     11     36       -    24    -     0      -      -      -      -     -
idd-ddr4-default         Ramulator-2.0a:DDR4.cpp            1.2    60     50     55    145    145   362      -      -       -     -  2.5     3      3      3      3      3    48
idd-ddr5-default         Ramulator-2.0a:DDR5.cpp            1.1    60     50     55    145    145   362      -      -       -     -  1.8     3      3      3      3      3    48
`;
